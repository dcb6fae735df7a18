import type { EditorModule } from "../contract";
import { attachmentId, commands } from "./commands";
import { Editor } from "./Editor";
import { type ChatDoc, type ChatParams, type ChatResponse, diff, toDoc, toResponse, validate } from "./model";

/** Makes the editor of one of the types about conversations: they differ in what the server allows. */
export function chatEditor(type: string): EditorModule<ChatParams, ChatDoc, ChatResponse> {
  return {
    type,
    docVersion: 1,
    checkedByServer: true,
    toDoc,
    toResponse,
    validate,
    diff,
    commands,
    Editor,
    initialUi: (_params, _doc, mode) => ({ compare: mode === "edit" ? "after" : "both" }),
    reveal(_session, ref) {
      const element = document.getElementById(attachmentId(ref));
      // What is folded up is not shown; the element tells the editor that it was opened.
      element?.setAttribute("open", "");
      element?.scrollIntoView({ block: "nearest" });
    },
    // Texts come with the task, and files are shown on demand.
    prefetch: () => Promise.resolve(),
  };
}
