import type { TaskCounts } from "../api";
import { t } from "../kit/i18n";
import { formatCount, percent } from "./format";

export const totalOf = (tasks: TaskCounts): number => tasks.pending + tasks.completed + tasks.canceled + tasks.error;

/** Completed, failed and canceled tasks as shares of all; one `progressbar` that screen readers can read out. */
export function ProgressBar({ tasks, label }: { tasks: TaskCounts; label: string }) {
  const total = totalOf(tasks);
  const share = (count: number) => ({ width: total ? `${(count / total) * 100}%` : 0 });
  return (
    <div className="progress">
      <div
        className="progress-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={tasks.completed}
        aria-valuetext={t("progress.text", { completed: tasks.completed, total })}
      >
        <span data-part="completed" style={share(tasks.completed)} />
        <span data-part="error" style={share(tasks.error)} />
        <span data-part="canceled" style={share(tasks.canceled)} />
      </div>
      <span className="progress-figure">
        {formatCount(tasks.completed)} / {formatCount(total)}
      </span>
      <span className="progress-percent">{percent(tasks.completed, total)} %</span>
    </div>
  );
}
