import { UnstyledButton } from "@mantine/core";
import type { Issue } from "../doc/types";
import { t } from "../i18n";
import { WarningIcon } from "./icons";
import "./kit.css";

/** Shown at most; the count says how many there are. */
const SHOWN = 50;

/** Problems of the answer; each jumps to its place. */
export function IssueList({ issues, onJump }: { issues: readonly Issue[]; onJump: (issue: Issue) => void }) {
  if (issues.length === 0) return null;
  return (
    <ul className="lw-issues" aria-label={t("kit.issues.title", { count: issues.length })}>
      {issues.slice(0, SHOWN).map((issue) => (
        <li key={`${issue.path}:${issue.code}`}>
          <UnstyledButton className="lw-issue" data-severity={issue.severity} onClick={() => onJump(issue)}>
            <WarningIcon />
            <span>{issue.message}</span>
          </UnstyledButton>
        </li>
      ))}
      {issues.length > SHOWN && (
        <li className="lw-empty">{t("kit.issues.more", { count: issues.length - SHOWN })}</li>
      )}
    </ul>
  );
}
