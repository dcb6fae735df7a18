import type { EditorModule } from "../contract";
import { commands, showAttachment } from "./commands";
import { undrawnParts } from "./drawn";
import { Editor } from "./Editor";
import { typeOf } from "./attachmentType";
import { partId } from "./Undrawn";
import { diff, type GenericAnswer, type GenericDoc, type GenericParams, toDoc, toResponse, validate } from "./model";

/** Makes the editor of a task type that has none of its own: a form made from the answer's schema. */
export function genericEditor(type: string): EditorModule<GenericParams, GenericDoc, GenericAnswer> {
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
    undrawn: ({ answer }, params, media) => undrawnParts(answer, params, media),
    reveal(session, key) {
      const index = session.media.items.findIndex(({ ref }) => ref === key);
      if (index >= 0) showAttachment(session, index);
      else document.getElementById(partId(key))?.scrollIntoView({ block: "nearest" });
    },
    initialUi: (_params, _doc, mode) => ({ tool: "form", compare: mode === "edit" ? "after" : "both" }),
    async prefetch(params, media) {
      const images = media.items.filter((item) => typeOf(item, params) === "image").slice(0, 3);
      await Promise.all(images.map(({ url }) => media.images.prefetch(url, media.signal)));
    },
  };
}
