import { Anchor, Loader } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from "react";
import type { Shape } from "../canvas2d/shapes";
import { t } from "../i18n";
import { webAddress } from "../markdown/frames";
import type { MediaContext, MediaItem } from "../media/context";
import { loadText } from "../media/text";
import type { Shown, ShownState } from "../media/shown";
import { reasonOf, Unshowable } from "../media/unshowable";
import "./attachment.css";

const ImageView = lazy(() => import("./ImageView"));

export type AttachmentType = "text" | "image" | "video" | "audio" | "website" | "pdf" | "unknown";

export interface AttachmentViewProps {
  type: AttachmentType;
  item: MediaItem;
  /** Read-only drawings over an image, the task's `layers` param. */
  layers?: unknown;
  /** Further drawings over an image, e.g. an answer. */
  shapes?: readonly Shape[] | undefined;
  media: MediaContext;
  /** Is told whether the attachment is on the screen. */
  shown: Shown;
}

/** Tells whether the attachment is on the screen, with the reason when it cannot be. */
type Report = (state: ShownState, reason?: string) => void;

const ADDRESS =
  /^(?:(?:https?|s3|gs|az|azure|abfss?|adl|scaledata):\/\/[^\s/?#\p{Cc}]|file:\/\/(?:localhost)?\/)[^\s\p{Cc}]*$/iu;

/** Whether an attachment is something to load, not the text itself; as the server decides it (`references.py`). */
export function isUrl(attachment: string): boolean {
  return ADDRESS.test(attachment);
}

/** Only these may become links or frames: a `javascript:` address must never be clickable. */
const isWebUrl = (url: string): boolean => /^(?:https?:\/\/|\/|\.\/)/u.test(url);

/** A link to what is to be judged; opening it counts as having seen it. */
function OpenLink({ url, onOpen }: { url: string; onOpen?: (() => void) | undefined }) {
  if (!isWebUrl(url)) return <code>{url}</code>;
  return (
    <Anchor
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      size="sm"
      data-testid="open-attachment"
      onClick={onOpen}
      // The middle button opens a tab as well.
      onAuxClick={onOpen}
    >
      {t("kit.attachment.open")}
    </Anchor>
  );
}

function Failed({ url, reason }: { url: string; reason: string }) {
  return (
    <div className="lw-attachment-note" role="alert">
      <p>{t("kit.attachment.failed", { reason })}</p>
      <OpenLink url={url} />
    </div>
  );
}

interface PartProps {
  url: string;
  report: Report;
}

/** Text as it is: never markdown or HTML. */
function PlainText({ text, report }: { text: string; report: Report }) {
  const empty = text.trim() === "";
  useEffect(() => {
    if (empty) report("failed", reasonOf(new Unshowable("empty", "")));
    else report("ready");
  }, [empty, report]);
  return (
    <article className="lw-text" aria-label={t("kit.attachment.text")} tabIndex={0}>
      {text}
    </article>
  );
}

function RemoteText({ url, report }: PartProps) {
  const [text, setText] = useState<string | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    report("waiting");
    loadText(url, abort.signal).then(setText, (error: unknown) => {
      if (abort.signal.aborted) return;
      setReason(reasonOf(error));
      report("failed", reasonOf(error));
    });
    return () => abort.abort();
  }, [url, report]);
  if (reason !== null) return <Failed url={url} reason={reason} />;
  return text === null ? (
    <Loader className="lw-attachment-note" size="sm" color="gray" />
  ) : (
    <PlainText text={text} report={report} />
  );
}

/** What a media element's error means. */
function mediaReason({ error }: HTMLMediaElement): string {
  const known = error?.code === MediaError.MEDIA_ERR_DECODE || error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
  return reasonOf(new Unshowable(known ? "format" : "load", ""));
}

/** A film or a recording, with what the browser says about it. */
function Recording({ url, report, picture }: PartProps & { picture: boolean }) {
  const [reason, setReason] = useState<string | null>(null);
  useEffect(() => report("waiting"), [url, report]);
  const fail = (why: string): void => {
    setReason(why);
    report("failed", why);
  };
  const loaded = (element: HTMLMediaElement): void => {
    const seen = !picture || (element as HTMLVideoElement).videoWidth > 0;
    if (element.duration === 0) fail(reasonOf(new Unshowable("empty", url)));
    else if (!seen) fail(reasonOf(new Unshowable("picture", url)));
    else report("ready");
  };
  const shared = {
    src: url,
    controls: true,
    preload: "auto",
    onLoadedData: (event: { currentTarget: HTMLMediaElement }) => loaded(event.currentTarget),
    onError: (event: { currentTarget: HTMLMediaElement }) => fail(mediaReason(event.currentTarget)),
  };
  return (
    <>
      {picture ? (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- customers' media come without captions
        <video {...shared} aria-label={t("kit.attachment.video")} />
      ) : (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- customers' media come without captions
        <audio {...shared} aria-label={t("kit.attachment.audio")} />
      )}
      {reason !== null && <Failed url={url} reason={reason} />}
    </>
  );
}

/**
 * A page or document with a link beside it, for when it refuses to be framed.
 *
 * Browsers do not tell whether it did: it counts as seen once the link was opened, or somebody clicked into the frame.
 */
function Framed({ url, report, seen, children }: PartProps & { seen: boolean; children: ReactNode }) {
  const holder = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState(seen);
  const open = useCallback(() => {
    setOpened(true);
    report("ready");
  }, [report]);
  useEffect(() => {
    if (!seen) report("closed");
  }, [url, report, seen]);
  useEffect(() => {
    // A click into a frame takes the focus out of this page.
    const look = (): void => {
      const { activeElement } = document;
      if (activeElement?.tagName === "IFRAME" && holder.current?.contains(activeElement)) open();
    };
    window.addEventListener("blur", look);
    return () => window.removeEventListener("blur", look);
  }, [open]);
  return (
    <div ref={holder} className="lw-framed">
      <div className="lw-framed-bar">
        <span className="lw-row-text">{url}</span>
        <OpenLink url={url} onOpen={open} />
      </div>
      {!opened && <p className="lw-framed-how">{t("kit.attachment.openHow")}</p>}
      {isWebUrl(url) && children}
    </div>
  );
}

/** A file that no browser shows: it can only be opened. */
function Unknown({ url, report, seen }: PartProps & { seen: boolean }) {
  useEffect(() => {
    if (!seen) report("closed");
  }, [url, report, seen]);
  return (
    <div className="lw-attachment-note">
      <p>{t("kit.attachment.unknown")}</p>
      <OpenLink url={url} onOpen={() => report("ready")} />
    </div>
  );
}

interface Reporting {
  report: Report;
  /** Whether it was seen before it was shown this time. */
  seen: boolean;
}

function View({ type, item, layers, shapes, media, report, seen }: Omit<AttachmentViewProps, "shown"> & Reporting) {
  const { url, ref } = item;
  switch (type) {
    case "text":
      return isUrl(ref) ? <RemoteText key={url} url={url} report={report} /> : <PlainText text={ref} report={report} />;
    case "image":
      return (
        <Suspense fallback={<Loader className="lw-attachment-note" size="sm" color="gray" />}>
          <ImageView
            url={url}
            images={media.images}
            layers={layers}
            shapes={shapes}
            alt={t("kit.attachment.image")}
            onState={report}
          />
        </Suspense>
      );
    case "video":
    case "audio":
      return <Recording key={url} url={url} report={report} picture={type === "video"} />;
    case "website":
      return (
        // Without a web address there is nothing to frame.
        <Framed url={webAddress(ref)?.href ?? ref} report={report} seen={seen}>
          <iframe
            src={webAddress(ref)?.href}
            title={t("kit.attachment.website")}
            referrerPolicy="no-referrer"
            sandbox="allow-scripts allow-popups"
          />
        </Framed>
      );
    case "pdf":
      return (
        <Framed url={url} report={report} seen={seen}>
          {/* oxlint-disable-next-line react/iframe-missing-sandbox -- browsers refuse their PDF viewer in a sandbox */}
          <iframe src={url} title={t("kit.attachment.pdf")} referrerPolicy="no-referrer" />
        </Framed>
      );
    default:
      return <Unknown url={url} report={report} seen={seen} />;
  }
}

/** Reports about one attachment; one that goes away half loaded is as it was before. */
function useReport(shown: Shown, key: string): Reporting {
  const [seen] = useState(() => shown.parts.getState().get(key)?.state === "ready");
  const report = useCallback<Report>((state, reason) => shown.report(key, state, reason), [shown, key]);
  useEffect(
    () => () => {
      if (shown.parts.getState().get(key)?.state === "waiting") shown.report(key, seen ? "ready" : "unseen");
    },
    [shown, key, seen],
  );
  return { report, seen };
}

/** What is to be judged, shown by its type. */
export function AttachmentView(props: AttachmentViewProps) {
  return <Reported key={props.item.ref} {...props} />;
}

function Reported({ shown, ...props }: AttachmentViewProps) {
  const reporting = useReport(shown, props.item.ref);
  return (
    <div className="lw-attachment" data-type={props.type}>
      <View {...props} {...reporting} />
    </div>
  );
}
