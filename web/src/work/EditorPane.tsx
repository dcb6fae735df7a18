import { useEffect, useRef } from "react";
import type { Change } from "../editors";
import type { Prepared } from "./prepare";

interface Props {
  prepared: Prepared;
  /** Draw the fix against the answer it corrects. */
  comparing: boolean;
  changes: readonly Change[] | null;
  /** False while a dialog has the keyboard. */
  active: boolean;
  onPainted(assignmentId: string): void;
}

interface PaintingElement extends HTMLElement {
  __editor?: { ready: boolean };
}

/** Mounts the editor of the task on screen and tells when its first picture is there. */
export function EditorPane({ prepared, comparing, changes, active, onPainted }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const { assignment, module, session, mode } = prepared;
  useEffect(() => {
    let request = 0;
    const look = () => {
      const canvas = frame.current?.querySelector<PaintingElement>('[data-testid="canvas"]');
      // Editors without a canvas are painted with React's own commit, one frame later.
      if (canvas && canvas.__editor?.ready !== true) request = requestAnimationFrame(look);
      else request = requestAnimationFrame(() => onPainted(assignment.id));
    };
    request = requestAnimationFrame(look);
    return () => cancelAnimationFrame(request);
  }, [assignment.id, session, onPainted]);
  const overlay = changes
    ? { reference: module.toDoc(assignment.task.params, assignment.base) as unknown, changes }
    : undefined;
  return (
    <div ref={frame} style={{ position: "absolute", inset: 0 }}>
      <module.Editor
        key={mode}
        session={session}
        mode={comparing ? "review" : mode}
        active={active}
        {...(overlay ? { overlay } : {})}
      />
    </div>
  );
}
