import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiUrl, type ProjectDetail, type Projects } from "../api";
import { queries } from "./queries";

const REOPEN_MS = 5_000;

/** Writes one `progress` event into the caches of the project list and of every project page that is loaded. */
export function applyProgress(client: QueryClient, progress: Projects): void {
  client.setQueryData(queries.projects().queryKey, progress);
  for (const row of progress.projects) {
    const { queryKey } = queries.project(row.name);
    const known = client.getQueryData<ProjectDetail>(queryKey);
    if (!known) continue;
    const changed =
      JSON.stringify([known.tasks, known.stages, known.batches, known.archived, known.stuck, known.form]) !==
      JSON.stringify([row.tasks, row.stages, row.batches, row.archived, row.stuck, row.form]);
    if (!changed) continue;
    client.setQueryData<ProjectDetail>(queryKey, { ...known, ...row });
    void client.invalidateQueries({ queryKey: queries.batches(row.name).queryKey });
  }
}

/** Follows `/api/live` while the calling page is open; reconnects for ever. */
export function useLiveProgress(): void {
  const client = useQueryClient();
  useEffect(() => {
    let source: EventSource | null = null;
    let again: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(apiUrl("live"));
      source.addEventListener("progress", (event: MessageEvent<string>) => {
        applyProgress(client, JSON.parse(event.data) as Projects);
      });
      source.addEventListener("error", () => {
        // The browser reconnects by itself except after an HTTP error, where it closes for good.
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, REOPEN_MS);
      });
    };
    open();
    return () => {
      clearTimeout(again);
      source?.close();
    };
  }, [client]);
}
