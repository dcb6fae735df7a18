import { Anchor, Loader } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { t } from "../i18n";
import type { MediaContext, MediaItem } from "../media/context";
import "./attachment.css";

const ImageView = lazy(() => import("./ImageView"));

export type AttachmentType = "text" | "image" | "video" | "audio" | "website" | "pdf" | "unknown";

export interface AttachmentViewProps {
  type: AttachmentType;
  item: MediaItem;
  /** Read-only drawings over an image, the task's `layers` param. */
  layers?: unknown;
  media: MediaContext;
}

/** Whether an attachment is something to load, not the text itself. */
export function isUrl(attachment: string): boolean {
  return /^(?:https?|s3|gs|scaledata):\/\/\S+$/u.test(attachment.trim());
}

/** Only these may become links or frames: a `javascript:` address must never be clickable. */
const isWebUrl = (url: string): boolean => /^(?:https?:\/\/|\/|\.\/)/u.test(url);

function OpenLink({ url }: { url: string }) {
  if (!isWebUrl(url)) return <code>{url}</code>;
  return (
    <Anchor href={url} target="_blank" rel="noopener noreferrer" size="sm">
      {t("kit.attachment.open")}
    </Anchor>
  );
}

/** Text as it is: never markdown or HTML. */
function PlainText({ text }: { text: string }) {
  return (
    <article className="lw-text" aria-label={t("kit.attachment.text")} tabIndex={0}>
      {text}
    </article>
  );
}

function RemoteText({ url }: { url: string }) {
  const [text, setText] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    fetch(url, { signal: abort.signal, credentials: "same-origin" })
      .then((response) => {
        if (!response.ok) throw new Error(`text answered ${response.status}`);
        return response.text();
      })
      .then(setText, () => {
        if (!abort.signal.aborted) setFailed(true);
      });
    return () => abort.abort();
  }, [url]);
  if (failed) {
    return (
      <div className="lw-attachment-note" role="alert">
        <p>{t("kit.attachment.failed")}</p>
        <OpenLink url={url} />
      </div>
    );
  }
  return text === null ? (
    <Loader className="lw-attachment-note" size="sm" color="gray" />
  ) : (
    <PlainText text={text} />
  );
}

/** A page or document with a link beside it, for when it refuses to be framed. */
function Framed({ url, children }: { url: string; children: ReactNode }) {
  return (
    <div className="lw-framed">
      <div className="lw-framed-bar">
        <span className="lw-row-text">{url}</span>
        <OpenLink url={url} />
      </div>
      {isWebUrl(url) && children}
    </div>
  );
}

function viewOf({ type, item, layers, media }: AttachmentViewProps): ReactNode {
  const { url, ref } = item;
  switch (type) {
    case "text":
      return isUrl(ref) ? <RemoteText key={url} url={url} /> : <PlainText text={ref} />;
    case "image":
      return (
        <Suspense fallback={<Loader className="lw-attachment-note" size="sm" color="gray" />}>
          <ImageView
            url={url}
            images={media.images}
            layers={layers}
            alt={t("kit.attachment.image")}
          />
        </Suspense>
      );
    case "video":
      return (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- customers' media come without captions
        <video src={url} controls preload="auto" aria-label={t("kit.attachment.video")} />
      );
    case "audio":
      return (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- customers' media come without captions
        <audio src={url} controls preload="auto" aria-label={t("kit.attachment.audio")} />
      );
    case "website":
      return (
        <Framed url={ref}>
          <iframe
            src={ref}
            title={t("kit.attachment.website")}
            referrerPolicy="no-referrer"
            sandbox="allow-scripts allow-popups"
          />
        </Framed>
      );
    case "pdf":
      return (
        <Framed url={url}>
          {/* oxlint-disable-next-line react/iframe-missing-sandbox -- browsers refuse their PDF viewer in a sandbox */}
          <iframe src={url} title={t("kit.attachment.pdf")} referrerPolicy="no-referrer" />
        </Framed>
      );
    default:
      return (
        <div className="lw-attachment-note">
          <p>{t("kit.attachment.unknown")}</p>
          <OpenLink url={url} />
        </div>
      );
  }
}

/** What is to be judged, shown by its type. */
export function AttachmentView(props: AttachmentViewProps) {
  return (
    <div className="lw-attachment" data-type={props.type}>
      {viewOf(props)}
    </div>
  );
}
