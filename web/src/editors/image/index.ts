import type { EditorModule } from "../contract";
import { commands } from "./commands";
import { Editor } from "./Editor";
import { diff, toDoc, toResponse, validate } from "./model";
import { isDrawable, projectOf } from "./project";
import type { ImageDoc, ImageParams, ImageResponse } from "./types";

/** Editor of task type `imageannotation`: boxes are drawn, all other geometries shown and kept. */
export const imageEditor: EditorModule<ImageParams, ImageDoc, ImageResponse> = {
  type: "imageannotation",
  docVersion: 1,
  toDoc,
  toResponse,
  validate,
  diff,
  commands,
  Editor,
  shows: ({ attachment }) => [attachment],
  initialUi(params, doc, mode) {
    const { labels } = projectOf(params);
    const first = labels.find(({ geometries }) => geometries.includes("box")) ?? labels[0];
    const label = first?.choice ?? null;
    const draws = mode === "edit" && doc.order.length === 0 && isDrawable(projectOf(params), label);
    return { label, tool: draws ? "box" : "select", compare: mode === "edit" ? "after" : "both" };
  },
  async prefetch(params, media) {
    await media.images.prefetch(media.resolve(params.attachment).url, media.signal);
  },
};
