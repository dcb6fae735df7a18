import { Tooltip, UnstyledButton } from "@mantine/core";
import { type RefObject, useMemo } from "react";
import { Keys } from "../../kit/hotkeys/Keys";
import { t } from "../../kit/i18n";
import { LabelPalette } from "../../kit/ui/LabelPalette";
import { usePart } from "../../kit/ui/useStore";
import { commandById } from "./commands";
import { type ImageSession, pickLabel, relabels, selected, toggleRelabel } from "./edits";
import { engineOf } from "./engine/engine";
import "./image.css";
import { isDrawable, projectOf } from "./project";
import { countLabels } from "./rows";
import { UndrawableNote } from "./SelectionForm";

/** Says where a label chosen now goes; a press (or R) changes it while objects are selected. */
function LabelTarget({ session }: { session: ImageSession }) {
  usePart(session.ui, (ui) => ui.selection);
  usePart(session.ui, (ui) => ui.picked);
  usePart(session.doc, (doc) => doc.objects);
  const { labels, locks } = projectOf(session.params);
  const count = selected(session).length;
  const toSelection = relabels(session);
  const draws = locks.add && labels.some(({ choice }) => isDrawable(projectOf(session.params), choice));
  const keys = labels.length === 1 ? "1" : `1–${Math.min(9, labels.length)}`;
  const target = toSelection ? "selection" : draws ? "next" : "none";
  const text = t(`image.labels.to.${target}`, { keys, count });
  if (count === 0) {
    return (
      <span className="lw-label-target" data-testid="label-target" data-target={target}>
        {text}
      </span>
    );
  }
  const change = t(toSelection ? "image.labels.to_next" : "image.labels.to_selection");
  return (
    <Tooltip label={change} openDelay={400}>
      <UnstyledButton
        className="lw-label-target"
        data-testid="label-target"
        data-target={target}
        onClick={() => {
          toggleRelabel(session);
          engineOf(session)?.focus();
        }}
      >
        {text} <Keys keys={commandById("relabel").keys ?? []} />
      </UnstyledButton>
    </Tooltip>
  );
}

/** The labels of the project, and what choosing one does now. */
export function Labels({
  session,
  searchRef,
}: {
  session: ImageSession;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const label = usePart(session.ui, (ui) => ui.label);
  const doc = usePart(session.doc, (state) => state);
  const counts = useMemo(() => countLabels(doc), [doc]);
  return (
    <section className="lw-panel-section">
      <div className="lw-label-head">
        <h2 className="lw-section-title">{t("image.labels.title")}</h2>
        <LabelTarget session={session} />
      </div>
      <LabelPalette
        leaves={projectOf(session.params).labels}
        active={label}
        counts={counts}
        searchRef={searchRef}
        onPick={(choice) => {
          pickLabel(session, choice);
          engineOf(session)?.focus();
        }}
      />
      <UndrawableNote session={session} />
    </section>
  );
}
