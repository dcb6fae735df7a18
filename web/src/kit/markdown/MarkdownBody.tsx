import { type ComponentProps, useMemo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { addMessages, t } from "../i18n";
import { frameOf, webAddress } from "./frames";
import messages from "./messages.en.json";
import { rehypePrepare, rehypeTell } from "./prepare";
import { SCHEMA } from "./schema";
import { outdented, remarkClosed, remarkPage, remarkPlaceholders, soleAddress } from "./sources";

addMessages(messages);

/** Links leave the page: a click must never throw away the task that is open. */
function Link({ children, href, title, id }: ComponentProps<"a">) {
  if (href?.startsWith("#")) {
    // The names of places in the text were made distinct from those of the page.
    const jump = (): void =>
      document.getElementById(`user-content-${href.slice(1)}`)?.scrollIntoView({ block: "start" });
    return (
      <a
        id={id}
        href={href}
        title={title}
        onClick={(event) => {
          event.preventDefault();
          jump();
        }}
      >
        {children}
      </a>
    );
  }
  return (
    <a id={id} href={href} title={title} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

function Image({ node: _node, ...props }: ComponentProps<"img"> & { node?: unknown }) {
  return <img {...props} alt={props.alt ?? ""} loading="lazy" referrerPolicy="no-referrer" />;
}

function Video({ node: _node, children, ...props }: ComponentProps<"video"> & { node?: unknown }) {
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- instructions come without captions
    <video {...props} controls preload="metadata">
      {children}
    </video>
  );
}

function Audio({ node: _node, children, ...props }: ComponentProps<"audio"> & { node?: unknown }) {
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- instructions come without captions
    <audio {...props} controls preload="metadata">
      {children}
    </audio>
  );
}

/** A page of an allowed host, which can neither reach this page nor leave its place; with a link beside it. */
function Frame({ src, title, height }: ComponentProps<"iframe">) {
  const page = webAddress(src);
  if (!page) return null;
  const shown = frameOf(page.href);
  // Both together are unsafe for pages of our own origin only, which `frameOf` refuses.
  const sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox";
  return (
    <span className="lw-frame">
      {shown && (
        <iframe
          src={shown}
          title={title ?? page.host}
          sandbox={sandbox}
          referrerPolicy="no-referrer"
          loading="lazy"
          {...(height ? { height } : {})}
        />
      )}
      <Link href={page.href}>{t("kit.markdown.frame", { host: page.host })}</Link>
    </span>
  );
}

const COMPONENTS: Components = { a: Link, img: Image, video: Video, audio: Audio, iframe: Frame };
const REMARK = [remarkGfm, remarkPage, remarkPlaceholders, remarkClosed];
const REHYPE: ComponentProps<typeof ReactMarkdown>["rehypePlugins"] = [
  rehypeRaw,
  rehypePrepare,
  [rehypeSanitize, SCHEMA],
  rehypeTell,
];

/** An instruction that is nothing but the address of a document. */
function DocumentElsewhere({ address }: { address: string }) {
  const shown = frameOf(address);
  return (
    <>
      <p>{t("kit.markdown.elsewhere")}</p>
      {shown ? (
        <Frame src={address} />
      ) : (
        <p>
          <Link href={address}>{address}</Link>
        </p>
      )}
    </>
  );
}

export interface MarkdownBodyProps {
  text: string;
  /** Whether a text that is only an address stands for the document there. */
  instruction?: boolean | undefined;
}

/** The part of `Markdown` that needs the parsers; loaded on first use. */
export default function MarkdownBody({ text, instruction = false }: MarkdownBodyProps) {
  const source = useMemo(() => outdented(text), [text]);
  const address = instruction ? soleAddress(text) : null;
  if (address) return <DocumentElsewhere address={address} />;
  return (
    <ReactMarkdown
      remarkPlugins={REMARK}
      rehypePlugins={REHYPE}
      components={COMPONENTS}
      // Addresses were sanitised with everything else.
      urlTransform={(url) => url}
    >
      {source}
    </ReactMarkdown>
  );
}
