import { Alert, Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CatchBoundary } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { TaskView } from "../api";
import { type AnyEditorModule, loadEditor } from "../editors";
import { t } from "../kit/i18n";
import { BrokenEditor } from "./BrokenEditor";

interface Props {
  task: TaskView;
  children: (module: AnyEditorModule) => ReactNode;
}

/** Loads the editor of a task, and stands in for it while it is not there or after it broke. */
export function WithEditor({ task, children }: Props) {
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
      {children(module.data)}
    </CatchBoundary>
  );
}
