import { Anchor, Button, Group, Loader, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { t } from "../../kit/i18n";
import { reasonOf, Unshowable } from "../../kit/media/unshowable";
import { usePart } from "../../kit/ui/useStore";
import type { GenericSession } from "./commands";
import { ANSWER, numberSections, resultFiles } from "./drawn";

/** The element of a part on the page. */
export const partId = (key: string): string => `part:${key}`;

/** Characters of a file that are shown in place; the rest is in the file. */
const MOST_CHARACTERS = 100_000;

const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
};

interface ContentProps {
  url: string;
  onShown: () => void;
  onFailed: (reason: string) => void;
}

const isReadable = (type: string): boolean => /^(?:application\/json|text\/)/u.test(type);

/** A file in place: a picture or a text; what is neither can only be opened. */
function FileContent({ url, onShown, onFailed }: ContentProps) {
  const [found, setFound] = useState<{ kind: "image" | "text" | "other"; text: string } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const look = async (): Promise<void> => {
      const response = await fetch(url, { signal: abort.signal, credentials: "same-origin" });
      if (!response.ok) throw new Unshowable("status", url, response.status);
      const type = response.headers.get("content-type") ?? "";
      if (type.startsWith("image/")) setFound({ kind: "image", text: "" });
      else if (isReadable(type)) {
        setFound({ kind: "text", text: pretty(await response.text()) });
        onShown();
      } else {
        // Nothing was seen of it: the link counts.
        setFound({ kind: "other", text: type });
      }
    };
    look().catch((error: unknown) => {
      if (!abort.signal.aborted) onFailed(reasonOf(error));
    });
    return () => abort.abort();
  }, [url, onShown, onFailed]);
  if (!found) return <Loader size="sm" color="gray" />;
  if (found.kind === "image") {
    return (
      <img
        className="lw-undrawn-image"
        src={url}
        alt={t("generic.undrawn.image")}
        onLoad={onShown}
        onError={() => onFailed(reasonOf(new Unshowable("format", url)))}
      />
    );
  }
  if (found.kind === "other") return <Text size="sm">{t("generic.undrawn.other", { type: found.text })}</Text>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls has to be reachable by keys
    <pre className="lw-undrawn-text" tabIndex={0}>
      {found.text.slice(0, MOST_CHARACTERS)}
      {found.text.length > MOST_CHARACTERS && `\n… ${t("generic.undrawn.more")}`}
    </pre>
  );
}

interface PartProps {
  session: GenericSession;
  /** Key of the part, without its beginning. */
  name: string;
  title: string;
  url?: string | undefined;
  value?: unknown;
}

/** One part, folded up until somebody opens it. */
function UndrawnPart({ session, name, title, url, value }: PartProps) {
  const key = `${ANSWER}${name}`;
  const { shown } = session;
  const state = usePart(shown.parts, (parts) => parts.get(key)?.state);
  const reason = usePart(shown.parts, (parts) => parts.get(key)?.reason);
  const [opened, setOpened] = useState(false);
  const [report] = useState(() => ({
    shown: () => shown.report(key, "ready"),
    failed: (why: string) => shown.report(key, "failed", why),
  }));
  const open = (): void => {
    setOpened(!opened);
    if (!url) report.shown();
  };
  const own = url !== undefined && URL.parse(url, document.baseURI)?.origin === location.origin;
  return (
    <li id={partId(key)} className="lw-undrawn-part" data-state={state} data-testid={`undrawn-${name}`}>
      <Group gap="xs" wrap="nowrap">
        <span aria-hidden="true">{state === "ready" ? "✓" : "○"}</span>
        <Text size="sm" style={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
          {title}
        </Text>
        {(url === undefined || own) && (
          <Button size="compact-xs" variant="default" aria-expanded={opened} onClick={open}>
            {t(opened ? "generic.undrawn.close" : "generic.undrawn.open")}
          </Button>
        )}
        {url !== undefined && /^(?:https?:\/)?\//u.test(url) && (
          <Anchor
            href={url}
            target="_blank"
            rel="noopener noreferrer"
            size="xs"
            onClick={report.shown}
            onAuxClick={report.shown}
          >
            {t("kit.attachment.open")}
          </Anchor>
        )}
      </Group>
      {state === "failed" && (
        <Text size="xs" c="danger" role="alert">
          {reason}
        </Text>
      )}
      {opened && url !== undefined && <FileContent url={url} onShown={report.shown} onFailed={report.failed} />}
      {opened && url === undefined && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls has to be reachable by keys
        <pre className="lw-undrawn-text" tabIndex={0}>
          {JSON.stringify(value, null, 1).slice(0, MOST_CHARACTERS)}
        </pre>
      )}
    </li>
  );
}

/** Files of the answer, and shapes that are numbers here: what has to be opened before the answer is accepted. */
export function Undrawn({ session }: { session: GenericSession }) {
  const answer = usePart(session.doc, (doc) => doc.answer);
  const files = resultFiles(answer);
  const sections = numberSections(answer, session.params, session.media);
  if (files.length + sections.length === 0) return null;
  return (
    <section className="lw-undrawn" aria-label={t("generic.undrawn")}>
      <Text size="sm" fw={600}>
        {t("generic.undrawn")}
      </Text>
      <Text size="xs" c="dimmed">
        {t("generic.undrawn.how")}
      </Text>
      <ul>
        {files.map(({ path, url }) => (
          <UndrawnPart
            key={path}
            session={session}
            name={path}
            title={t("generic.undrawn.file", { path })}
            url={url}
          />
        ))}
        {sections.map(({ name, count }) => (
          <UndrawnPart
            key={name}
            session={session}
            name={name}
            title={t("generic.undrawn.numbers", { name, count })}
            value={answer[name]}
          />
        ))}
      </ul>
    </section>
  );
}
