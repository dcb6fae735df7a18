import { CatchBoundary } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { Change } from "../editors";
import { BrokenEditor } from "./BrokenEditor";
import type { Prepared } from "./prepare";

interface Props {
  prepared: Prepared;
  /** False for the next task: its editor is built, but outside the page. */
  shown: boolean;
  /** What a fix changed, while it is drawn against the answer it corrects; else null. */
  changes: readonly Change[] | null;
  /** False while a dialog has the keyboard. */
  active: boolean;
  onPainted(assignmentId: string): void;
}

interface PaintingElement extends HTMLElement {
  __editor?: { ready: boolean };
}

function createHost(): HTMLDivElement {
  const host = document.createElement("div");
  host.className = "editor-host";
  return host;
}

/**
 * The editor of one task, built while the task before it is still on screen.
 *
 * It lives in an element of its own that is put into the page when the task is shown: a submit then costs one
 * insertion instead of building all panels and the canvas anew.
 */
export function EditorPane({ prepared, shown, changes, active, onPainted }: Props) {
  const slot = useRef<HTMLDivElement>(null);
  const [host] = useState(createHost);
  const { assignment, module, session, mode } = prepared;
  useLayoutEffect(() => {
    if (!shown) return undefined;
    slot.current?.append(host);
    return () => host.remove();
  }, [shown, host]);
  useEffect(() => {
    if (!shown) return undefined;
    let request = 0;
    const look = () => {
      const canvas = host.querySelector<PaintingElement>('[data-testid="canvas"]');
      // Editors without a canvas are painted with React's own commit, one frame later.
      if (canvas && canvas.__editor?.ready !== true) request = requestAnimationFrame(look);
      else request = requestAnimationFrame(() => onPainted(assignment.id));
    };
    request = requestAnimationFrame(look);
    return () => cancelAnimationFrame(request);
  }, [assignment.id, session, shown, host, onPainted]);
  const overlay = changes && {
    reference: module.toDoc(assignment.task.params, assignment.base) as unknown,
    changes,
  };
  return (
    <div ref={slot} className="editor-slot" hidden={!shown}>
      {createPortal(
        <CatchBoundary getResetKey={() => mode} errorComponent={BrokenEditor}>
          <module.Editor
            key={mode}
            session={session}
            mode={overlay ? "review" : mode}
            active={shown && active}
            {...(overlay ? { overlay } : {})}
          />
        </CatchBoundary>,
        host,
      )}
    </div>
  );
}
