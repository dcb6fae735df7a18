import type { MediaItem } from "../media/context";
import { type AttachmentType, isUrl } from "./AttachmentView";

const BY_NAME: readonly [RegExp, AttachmentType][] = [
  [/\.(?:png|jpe?g|gif|webp|bmp|avif)(?:\?|$)/iu, "image"],
  [/\.(?:mp4|webm|mov|m4v)(?:\?|$)/iu, "video"],
  [/\.(?:mp3|wav|ogg|flac|m4a)(?:\?|$)/iu, "audio"],
  [/\.pdf(?:\?|$)/iu, "pdf"],
  [/\.(?:txt|md|csv|json)(?:\?|$)/iu, "text"],
];

/** How an attachment is shown: by its media type, else by its name, else with a link. */
export function kindOf({ ref, mime_type }: MediaItem): AttachmentType {
  const [main = ""] = mime_type?.split("/") ?? [];
  if (main === "image" || main === "video" || main === "audio" || main === "text") return main;
  if (mime_type === "application/pdf") return "pdf";
  if (mime_type === "application/json") return "text";
  if (!isUrl(ref)) return "text";
  return BY_NAME.find(([pattern]) => pattern.test(ref))?.[1] ?? "unknown";
}
