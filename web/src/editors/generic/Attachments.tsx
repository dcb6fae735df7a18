import { ActionIcon, Group, Text } from "@mantine/core";
import { t } from "../../kit/i18n";
import type { MediaItem } from "../../kit/media/context";
import { type AttachmentType, AttachmentView, isUrl } from "../../kit/ui/AttachmentView";
import { usePart } from "../../kit/ui/useStore";
import { type GenericSession, showAttachment, shownAttachment } from "./commands";

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

/** The task's attachments, one at a time. */
export function Attachments({ session }: { session: GenericSession }) {
  usePart(session.ui, (ui) => ui.selection);
  const { items } = session.media;
  const index = shownAttachment(session);
  const item = items[index];
  if (!item) return <p className="lw-attachment-note">{t("generic.nothing")}</p>;
  return (
    <section className="lw-generic-media" aria-label={t("generic.attachments")}>
      {items.length > 1 && (
        <Group className="lw-generic-bar" gap="xs">
          <ActionIcon
            variant="default"
            aria-label={t("generic.command.attachment.previous")}
            disabled={index === 0}
            onClick={() => showAttachment(session, index - 1)}
          >
            ‹
          </ActionIcon>
          <Text size="sm">{t("generic.attachment", { number: index + 1, count: items.length })}</Text>
          <ActionIcon
            variant="default"
            aria-label={t("generic.command.attachment.next")}
            disabled={index === items.length - 1}
            onClick={() => showAttachment(session, index + 1)}
          >
            ›
          </ActionIcon>
        </Group>
      )}
      <AttachmentView key={item.ref} type={kindOf(item)} item={item} media={session.media} />
    </section>
  );
}
