import { lazy, Suspense } from "react";
import "./kit.css";

const Body = lazy(() => import("./MarkdownBody"));

/** Instructions and comments: GitHub-flavoured markdown, sanitised; raw HTML is never rendered. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="lw-markdown">
      <Suspense fallback={<p className="lw-plain">{text}</p>}>
        <Body text={text} />
      </Suspense>
    </div>
  );
}
