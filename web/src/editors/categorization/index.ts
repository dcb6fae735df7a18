import type { EditorModule } from "../contract";
import { commands } from "./commands";
import { Editor } from "./Editor";
import {
  type CategorizationDoc,
  type CategorizationParams,
  type CategorizationResponse,
  diff,
  toDoc,
} from "./model";
import { toResponse, validate } from "./model";

/** Editor of task type `categorization`: one question (`categories`) or several (`taxonomies`). */
export const categorizationEditor: EditorModule<
  CategorizationParams,
  CategorizationDoc,
  CategorizationResponse
> = {
  type: "categorization",
  docVersion: 1,
  toDoc,
  toResponse,
  validate,
  diff,
  commands,
  Editor,
  shows: ({ attachment }) => [attachment],
  initialUi: (_params, _doc, mode) => ({ compare: mode === "edit" ? "after" : "both" }),
  async prefetch(params, media) {
    const { url } = media.resolve(params.attachment);
    if (params.attachment_type === "image") await media.images.prefetch(url, media.signal);
  },
};
