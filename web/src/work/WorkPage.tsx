import { useParams, useSearch } from "@tanstack/react-router";
import { WorkScreen } from "./WorkScreen";

export function WorkPage() {
  const { stage } = useParams({ from: "/authenticated/work/$stage" });
  const { project, assignment } = useSearch({ from: "/authenticated/work/$stage" });
  const key = `${stage}/${project ?? ""}/${assignment ?? ""}`;
  return <WorkScreen key={key} stage={stage} project={project ?? null} reopen={assignment ?? null} />;
}
