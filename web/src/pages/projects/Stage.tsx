import { formatCount } from "../../app/format";
import { t } from "../../kit/i18n";

/** Open tasks of a stage, and how many of them somebody has on screen now. */
export function Stage({ open, held }: { open: number; held: number }) {
  return (
    <span>
      {formatCount(open)}
      {held > 0 && <span className="held"> {t("projects.held", { count: held })}</span>}
    </span>
  );
}
