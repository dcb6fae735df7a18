import type { MediaContext } from "../../kit/media/context";
import { AttachmentView, isUrl } from "../../kit/ui/AttachmentView";
import type { CategorizationParams } from "./model";

/** What is to be judged, shown by `attachment_type`. */
export function Attachment({ params, media }: { params: CategorizationParams; media: MediaContext }) {
  const type = params.attachment_type ?? (isUrl(params.attachment) ? "website" : "text");
  return (
    <AttachmentView type={type} item={media.resolve(params.attachment)} layers={params.layers} media={media} />
  );
}
