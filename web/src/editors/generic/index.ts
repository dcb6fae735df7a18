import type { EditorModule } from "../contract";
import { kindOf } from "../../kit/ui/attachmentKind";
import { commands } from "./commands";
import { Editor } from "./Editor";
import { diff, type GenericAnswer, type GenericDoc, type GenericParams, toDoc, toResponse, validate } from "./model";

/** Makes the editor of a task type that has none of its own: a form made from the answer's schema. */
export function genericEditor(type: string): EditorModule<GenericParams, GenericDoc, GenericAnswer> {
  return {
    type,
    docVersion: 1,
    toDoc,
    toResponse,
    validate,
    diff,
    commands,
    Editor,
    initialUi: (_params, _doc, mode) => ({ tool: "form", compare: mode === "edit" ? "after" : "both" }),
    async prefetch(_params, media) {
      const images = media.items.filter((item) => kindOf(item) === "image").slice(0, 3);
      await Promise.all(images.map(({ url }) => media.images.prefetch(url, media.signal)));
    },
  };
}
