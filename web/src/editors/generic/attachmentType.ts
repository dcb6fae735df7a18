import type { MediaItem } from "../../kit/media/context";
import type { AttachmentType } from "../../kit/ui/AttachmentView";
import { kindOf } from "../../kit/ui/attachmentKind";
import type { GenericParams } from "./model";

const TYPES: ReadonlySet<unknown> = new Set<AttachmentType>(["text", "image", "video", "audio", "website", "pdf"]);

const isType = (value: unknown): value is AttachmentType => TYPES.has(value);

/** What the request says of an attachment; undefined when it says nothing. */
function saidType(ref: string, { attachment_type: all, attachments }: GenericParams): AttachmentType | undefined {
  const own = (Array.isArray(attachments) ? (attachments as unknown[]) : []).find(
    (one): one is { type?: unknown } =>
      typeof one === "object" && one !== null && (one as { content?: unknown }).content === ref,
  );
  if (own && isType(own.type)) return own.type;
  return isType(all) ? all : undefined;
}

/** How an attachment is shown: as the request says, or by its media type or name where it says nothing. */
export function typeOf(item: MediaItem, params: GenericParams): AttachmentType {
  const said = saidType(item.ref, params);
  const found = kindOf(item);
  // Frames of a video are images whatever the request calls the whole of them.
  if (said === "video" && found === "image") return found;
  return said ?? found;
}
