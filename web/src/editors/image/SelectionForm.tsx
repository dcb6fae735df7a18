import { useMemo } from "react";
import { t } from "../../kit/i18n";
import type { AttributeDefinition, AttributeProblem, AttributeValue } from "../../kit/labels/attributes";
import { askedAttributes } from "../../kit/labels/attributes";
import { displayOf } from "../../kit/labels/labels";
import { AttributeForm } from "../../kit/ui/AttributeForm";
import { WarningIcon } from "../../kit/ui/icons";
import { usePart } from "../../kit/ui/useStore";
import { type ImageSession, setAttribute, setGlobal } from "./edits";
import { askedFor, attributeProblems, globalProblems, sameJson } from "./model";
import { boxOf, projectOf } from "./project";
import type { Annotation, ImageDoc } from "./types";

/** Forms for more objects at once would be slow and are never meant. */
const MAX_AT_ONCE = 200;

/** Values all objects share; where they differ the field stays empty. */
function sharedValues(
  objects: readonly Annotation[],
  names: readonly string[],
): Record<string, AttributeValue> {
  const shared: Record<string, AttributeValue> = {};
  for (const name of names) {
    const value = objects[0]?.attributes?.[name];
    if (value !== undefined && objects.every(({ attributes }) => sameJson(attributes?.[name], value))) {
      shared[name] = value;
    }
  }
  return shared;
}

function linkTargets(
  doc: ImageDoc,
  session: ImageSession,
  own: readonly string[],
  definition: AttributeDefinition,
) {
  const project = projectOf(session.params);
  return doc.order.flatMap((id, index) => {
    const object = doc.objects[id];
    if (!object || own.includes(id) || !(definition.allowed_labels ?? []).includes(object.label)) return [];
    return [{ value: object.uuid, label: `${displayOf(project.labels, object.label)} ${index + 1}` }];
  });
}

/** Attributes of the selected objects; answers go to all of them. */
export function SelectionForm({ session, disabled }: { session: ImageSession; disabled: boolean }) {
  const doc = usePart(session.doc, (state) => state);
  const selection = usePart(session.ui, (ui) => ui.selection);
  const project = projectOf(session.params);
  const ids = useMemo(
    () => selection.filter((id) => doc.objects[id]).slice(0, MAX_AT_ONCE),
    [doc, selection],
  );
  const objects = ids.flatMap((id) => doc.objects[id] ?? []);
  const [first] = objects;
  if (!first) return <p className="lw-empty">{t("image.attributes.none")}</p>;
  const [asked = [], ...others] = objects.map((object) => askedFor(doc, object, project));
  const common = asked.filter((name) => others.every((names) => names.includes(name)));
  const problems: ReadonlyMap<string, AttributeProblem> =
    objects.length === 1 ? attributeProblems(doc, first, project) : new Map();
  const locked = objects.some(({ uuid }) => project.locks.isLocked(uuid, "edit"));
  return (
    <>
      {objects.some((object) => boxOf(object) === null) && (
        <p className="lw-empty">{t("image.attributes.fixed_shape")}</p>
      )}
      {locked && <p className="lw-empty">{t("image.attributes.locked")}</p>}
      {common.length === 0 && <p className="lw-empty">{t("image.attributes.no_questions")}</p>}
      <AttributeForm
        key={ids.join()}
        definitions={project.attributes}
        asked={common}
        values={sharedValues(objects, common)}
        problems={problems}
        disabled={disabled || locked}
        targets={(definition) => linkTargets(doc, session, ids, definition)}
        onChange={(name, value) => setAttribute(session, ids, name, value)}
      />
    </>
  );
}

/** Questions asked once per image. */
export function GlobalForm({ session, disabled }: { session: ImageSession; disabled: boolean }) {
  const doc = usePart(session.doc, (state) => state);
  const project = projectOf(session.params);
  return (
    <AttributeForm
      definitions={project.globalAttributes}
      asked={askedAttributes(project.globalAttributes, null, doc.globals)}
      values={doc.globals}
      problems={globalProblems(doc, project)}
      disabled={disabled}
      onChange={(name, value) => setGlobal(session, name, value)}
    />
  );
}

/** Says which geometries of the project can be seen but not drawn here. */
export function UndrawableNote({ session }: { session: ImageSession }) {
  const { undrawable } = projectOf(session.params);
  if (undrawable.length === 0) return null;
  const geometries = undrawable.map((name) => t(`image.geometry.${name}`)).join(", ");
  return (
    <p className="lw-empty lw-note" title={t("image.undrawable", { geometries })}>
      <WarningIcon />
      <span className="lw-row-text">{t("image.undrawable", { geometries })}</span>
    </p>
  );
}
