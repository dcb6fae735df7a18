import { Alert, Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CatchBoundary } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import type { TaskView } from "../api";
import { type AnyEditorModule, loadEditor } from "../editors";
import { createSession } from "../kit/doc/session";
import { t } from "../kit/i18n";
import { createMediaContext } from "../kit/media/context";
import { BrokenEditor } from "./BrokenEditor";
import { images } from "./media";

interface Props {
  task: TaskView;
  /** Wire form; null shows the task without an answer. */
  answer: unknown;
}

/** A task with an answer, drawn by its editor, read-only. */
export function AnswerView({ task, answer }: Props) {
  const module = useQuery({
    queryKey: ["editor", task.type],
    queryFn: () => loadEditor(task.type),
    staleTime: Infinity,
    structuralSharing: false,
  });
  if (module.isError) {
    return (
      <Alert color="danger" m="md">
        {t("work.editorFailed")}
      </Alert>
    );
  }
  if (!module.data) {
    return (
      <Center h="100%">
        <Loader type="bars" aria-label={t("app.loading")} />
      </Center>
    );
  }
  return (
    <CatchBoundary getResetKey={() => task.task_id} errorComponent={BrokenEditor}>
      <View module={module.data} task={task} answer={answer} />
    </CatchBoundary>
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
