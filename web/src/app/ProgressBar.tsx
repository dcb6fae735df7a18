import type { TaskCounts } from "../api";
import { t } from "../kit/i18n";
import { formatCount, percent } from "./format";

export const totalOf = ({ pending = 0, completed = 0, canceled = 0, error = 0 }: TaskCounts): number =>
  pending + completed + canceled + error;

/** Completed, failed and canceled tasks as shares of all; one `progressbar` that screen readers can read out. */
export function ProgressBar({ tasks, label }: { tasks: TaskCounts; label: string }) {
  const total = totalOf(tasks);
  const { completed = 0, error = 0, canceled = 0 } = tasks;
  const share = (count: number) => ({ width: total ? `${(count / total) * 100}%` : 0 });
  return (
    <div className="progress">
      <div
        className="progress-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={completed}
        aria-valuetext={t("progress.text", { completed, total })}
      >
        <span data-part="completed" style={share(completed)} />
        <span data-part="error" style={share(error)} />
        <span data-part="canceled" style={share(canceled)} />
      </div>
      <span className="progress-figure">
        {formatCount(completed)} / {formatCount(total)}
      </span>
      <span className="progress-percent">{percent(completed, total)} %</span>
    </div>
  );
}
