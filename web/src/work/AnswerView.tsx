import { useEffect, useMemo } from "react";
import type { TaskView } from "../api";
import type { AnyEditorModule } from "../editors";
import { createSession } from "../kit/doc/session";
import { createMediaContext } from "../kit/media/context";
import { images } from "./media";
import { useMissing, whyNotShown } from "./NotShown";
import { WithEditor } from "./WithEditor";

interface Props {
  task: TaskView;
  /** Wire form; null shows the task without an answer. */
  answer: unknown;
  /** Is told why not all of it was on the screen yet; null once it was. */
  onUnseen?: ((why: string | null) => void) | undefined;
}

/** A task with an answer, drawn by its editor, read-only. */
export function AnswerView({ task, answer, onUnseen }: Props) {
  return (
    <WithEditor task={task}>
      {(module) => <View module={module} task={task} answer={answer} onUnseen={onUnseen} />}
    </WithEditor>
  );
}

function View({ module, task, answer, onUnseen }: Props & { module: AnyEditorModule }) {
  const session = useMemo(
    () =>
      createSession({
        id: `view:${task.task_id}`,
        model: module,
        params: task.params,
        media: createMediaContext(task.attachments, images),
        mode: "view",
        response: answer,
      }),
    [module, task, answer],
  );
  useEffect(() => () => session.dispose(), [session]);
  const missing = useMissing(session);
  const why = missing.length > 0 ? whyNotShown(missing) : null;
  useEffect(() => onUnseen?.(why), [onUnseen, why]);
  return <module.Editor session={session} mode="view" />;
}
