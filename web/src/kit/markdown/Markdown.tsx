import { Component, lazy, type ReactNode, Suspense } from "react";
import { t } from "../i18n";
import "./markdown.css";
import type { MarkdownBodyProps } from "./MarkdownBody";

const Body = lazy(() => import("./MarkdownBody"));

/** Characters without which a text looks the same as markdown. */
const MARKS = /[<&*_`#|~\\[\]]|https?:|www\.|\n|^\s*(?:[-+>]|\d+[.)])\s|@/u;

/** Whether a text may look different as markdown than as it is. */
export const isMarkdown = (text: string): boolean => MARKS.test(text);

/** Shows the text as it was written when it cannot be laid out: nothing may take the page down or vanish. */
class AsWritten extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <>
        <p className="lw-plain">{this.props.text}</p>
        <p className="lw-left-out" role="note">
          {t("kit.markdown.failed")}
        </p>
      </>
    );
  }
}

interface Props extends MarkdownBodyProps {
  /** A line or two within a form. Default false. */
  small?: boolean;
}

/**
 * Texts of customers, reviewers and models: GitHub-flavoured markdown with HTML in it, sanitised.
 *
 * What is left out of them is said below the text.
 */
export function Markdown({ text, instruction = false, small = false }: Props) {
  if (!isMarkdown(text)) {
    return (
      <div className="lw-markdown" data-small={small}>
        <p>{text}</p>
      </div>
    );
  }
  return (
    <div className="lw-markdown" data-small={small}>
      <AsWritten key={text} text={text}>
        <Suspense fallback={<p className="lw-plain">{text}</p>}>
          <Body text={text} instruction={instruction} />
        </Suspense>
      </AsWritten>
    </div>
  );
}
