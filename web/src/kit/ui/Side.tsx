import type { ReactNode } from "react";

interface Props {
  className: string;
  label: string;
  /** Whether it is a landmark of the page: not where an answer is shown in a dialog above another editor. */
  landmark: boolean;
  children: ReactNode;
}

/** The panel beside what is labelled. */
export function Side({ className, label, landmark, children }: Props) {
  if (landmark) {
    return (
      <aside className={className} aria-label={label}>
        {children}
      </aside>
    );
  }
  return (
    <div className={className} role="group" aria-label={label}>
      {children}
    </div>
  );
}
