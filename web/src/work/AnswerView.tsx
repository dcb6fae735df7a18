import { useEffect, useMemo } from "react";
import type { TaskView } from "../api";
import type { AnyEditorModule } from "../editors";
import { createSession } from "../kit/doc/session";
import { createMediaContext } from "../kit/media/context";
import { images } from "./media";
import { WithEditor } from "./WithEditor";

interface Props {
  task: TaskView;
  /** Wire form; null shows the task without an answer. */
  answer: unknown;
}

/** A task with an answer, drawn by its editor, read-only. */
export function AnswerView({ task, answer }: Props) {
  return (
    <WithEditor task={task}>
      {(module) => <View module={module} task={task} answer={answer} />}
    </WithEditor>
  );
}

function View({ module, task, answer }: Props & { module: AnyEditorModule }) {
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
  return <module.Editor session={session} mode="view" />;
}
