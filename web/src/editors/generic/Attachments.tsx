import { ActionIcon, Group, Text } from "@mantine/core";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { t } from "../../kit/i18n";
import { AttachmentView } from "../../kit/ui/AttachmentView";
import { typeOf } from "./attachmentType";
import { usePart } from "../../kit/ui/useStore";
import { shapesOn } from "./drawn";
import { type GenericSession, showAttachment, shownAttachment } from "./commands";

/** Which part of a text is selected, in UTF-16 code units from its beginning, as answers about texts count. */
function SelectedPart({ holder }: { holder: RefObject<HTMLElement | null> }) {
  const [part, setPart] = useState<{ start: number; end: number } | null>(null);
  useEffect(() => {
    const look = (): void => {
      const selection = document.getSelection();
      const text = holder.current?.querySelector(".lw-text");
      // What was selected last stays told while the form is filled in.
      if (!text || !selection?.rangeCount || selection.isCollapsed) return;
      const range = selection.getRangeAt(0);
      if (!text.contains(range.commonAncestorContainer)) return;
      const before = document.createRange();
      before.selectNodeContents(text);
      before.setEnd(range.startContainer, range.startOffset);
      const start = before.toString().length;
      setPart({ start, end: start + range.toString().length });
    };
    document.addEventListener("selectionchange", look);
    return () => document.removeEventListener("selectionchange", look);
  }, [holder]);
  return (
    <Text className="lw-generic-selected" size="sm" role="status">
      {part && t("generic.selected", part)}
    </Text>
  );
}

/** The task's attachments, one at a time. */
export function Attachments({ session }: { session: GenericSession }) {
  usePart(session.ui, (ui) => ui.selection);
  const holder = useRef<HTMLElement>(null);
  const { items } = session.media;
  const index = shownAttachment(session);
  const item = items[index];
  const answer = usePart(session.doc, (doc) => doc.answer);
  const shapes = useMemo(() => shapesOn(answer, index), [answer, index]);
  if (!item) return <p className="lw-attachment-note">{t("generic.nothing")}</p>;
  const type = typeOf(item, session.params);
  return (
    <section ref={holder} role="group" className="lw-generic-media" aria-label={t("generic.attachments")}>
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
      <AttachmentView
        type={type}
        item={item}
        layers={session.params.layers}
        shapes={shapes}
        media={session.media}
        shown={session.shown}
      />
      {type === "text" && <SelectedPart key={`part of ${item.ref}`} holder={holder} />}
    </section>
  );
}
