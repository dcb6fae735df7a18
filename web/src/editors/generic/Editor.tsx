import { Alert, Loader, SegmentedControl, VisuallyHidden } from "@mantine/core";
import { skipToken, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { bindKeys, commandBindings } from "../../kit/hotkeys";
import { t } from "../../kit/i18n";
import { IssueList } from "../../kit/ui/IssueList";
import { useChecks } from "../../kit/ui/useChecks";
import { Side } from "../../kit/ui/Side";
import { usePart } from "../../kit/ui/useStore";
import type { EditorProps } from "../contract";
import { Attachments } from "./Attachments";
import { commands, type GenericSession } from "./commands";
import "./generic.css";
import { JsonField } from "./JsonField";
import { Undrawn } from "./Undrawn";
import { type GenericAnswer, type GenericDoc, type GenericParams, inShort } from "./model";

const AnswerForm = lazy(() => import("./AnswerForm"));

type Props = EditorProps<GenericParams, GenericDoc>;

function Answer({ session, mode }: { session: GenericSession; mode: Props["mode"] }) {
  const answer = usePart(session.doc, (doc) => doc.answer);
  const issues = usePart(session.issues, (found) => found);
  const tool = usePart(session.ui, (ui) => ui.tool);
  const schema = useQuery({
    queryKey: ["answer-schema", session.id],
    queryFn: session.service ? session.service.schema : skipToken,
    staleTime: Infinity,
    retry: 1,
  });
  const readOnly = mode !== "edit";
  const change = (next: GenericAnswer): void => {
    if (JSON.stringify(next) === JSON.stringify(answer)) return;
    session.edit(
      t("generic.edit"),
      (draft) => {
        draft.answer = next;
      },
      { mergeKey: "generic" },
    );
  };
  const asJson = tool === "json" || !session.service || schema.isError;
  return (
    <Side className="lw-generic-panel" label={t("generic.panel")} landmark={mode !== "view"}>
      {/* The form has headings of the third level. */}
      <VisuallyHidden component="h2">{t("generic.panel")}</VisuallyHidden>
      {session.service && (
        <SegmentedControl
          size="xs"
          value={asJson ? "json" : "form"}
          data={[
            { value: "form", label: t("generic.form") },
            { value: "json", label: t("generic.json") },
          ]}
          onChange={(value) => session.ui.setState({ tool: value })}
        />
      )}
      {schema.isError && <Alert color="amber">{t("generic.form.failed")}</Alert>}
      <IssueList issues={issues} onJump={() => undefined} />
      {asJson ? (
        <JsonField answer={answer} readOnly={readOnly} onChange={change} />
      ) : (
        <Suspense fallback={<Loader size="sm" color="gray" />}>
          {schema.data && (
            <AnswerForm
              id={`answer-${session.id}`}
              schema={schema.data}
              answer={answer}
              issues={issues}
              readOnly={readOnly}
              onChange={change}
            />
          )}
        </Suspense>
      )}
    </Side>
  );
}

/** The editor of task types that have none of their own: attachments on the left, the answer on the right. */
export function Editor({ session, mode, overlay, active = true }: Props) {
  useEffect(
    () => (active ? bindKeys("editor", commandBindings(commands, session, mode), mode === "view") : undefined),
    [session, mode, active],
  );
  useChecks(
    session,
    usePart(session.doc, (doc) => doc.answer),
    mode === "edit",
  );
  const compare = usePart(session.ui, (ui) => ui.compare);
  return (
    <div className="lw-generic">
      <Attachments session={session} />
      <div className="lw-generic-side">
        {overlay && compare !== "after" && overlay.changes.length > 0 && (
          <ul className="lw-generic-changes" aria-label={t("generic.changed")}>
            {overlay.changes.map(({ path, message }) => (
              <li key={path}>{message}</li>
            ))}
          </ul>
        )}
        {overlay && compare === "before" && (
          <p>
            {t("generic.was")}: {inShort(overlay.reference.answer)}
          </p>
        )}
        {mode !== "edit" && <Undrawn session={session} />}
        <Answer session={session} mode={mode} />
      </div>
    </div>
  );
}
