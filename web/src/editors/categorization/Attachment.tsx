import { AttachmentView, isUrl } from "../../kit/ui/AttachmentView";
import type { CategorizationSession } from "./commands";

/** What is to be judged, shown by `attachment_type`. */
export function Attachment({ session }: { session: CategorizationSession }) {
  const { params, media, shown } = session;
  const type = params.attachment_type ?? (isUrl(params.attachment) ? "website" : "text");
  return (
    <AttachmentView
      type={type}
      item={media.resolve(params.attachment)}
      layers={params.layers}
      media={media}
      shown={shown}
    />
  );
}
