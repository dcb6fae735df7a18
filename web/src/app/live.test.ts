import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import type { ProjectDetail, ProjectRow, Projects } from "../api";
import { applyProgress } from "./live";

const row = (completed: number): ProjectRow => ({
  name: "cars",
  type: "imageannotation",
  created_at: "2026-11-22T12:00:00.000Z",
  instruction_excerpt: "",
  tasks: { pending: 10 - completed, completed, canceled: 0, error: 0 },
  stages: { attempt_open: 10 - completed, attempt_held: 0, review_open: 0, review_held: 0 },
  batches: 1,
  archived: false,
  studio: false,
  stuck: 0,
  form: { allowed: false, waiting: 0, lacks: [] },
});

const progress = (...projects: ProjectRow[]): Projects => ({
  projects,
  without_project: { stuck: 0, form: { allowed: false, waiting: 0, lacks: [] } },
});

describe("applyProgress", () => {
  it("updates the list and an open project page, whose parameters it keeps", () => {
    const client = new QueryClient();
    client.setQueryData<ProjectDetail>(["projects", "cars"], { ...row(1), param_history: [{ version: 1 }] });
    const invalidate = vi.spyOn(client, "invalidateQueries");
    applyProgress(client, progress(row(2)));
    expect(client.getQueryData(["projects"])).toEqual(progress(row(2)));
    expect(client.getQueryData(["projects", "cars"])).toEqual({ ...row(2), param_history: [{ version: 1 }] });
    expect(invalidate).toHaveBeenCalledWith({ queryKey: ["projects", "cars", "batches"] });
  });

  it("f07: says on a project page that tasks are stuck, and f03: that they wait for an editor", () => {
    const client = new QueryClient();
    client.setQueryData<ProjectDetail>(["projects", "cars"], { ...row(1), param_history: [] });
    for (const change of [{ stuck: 2 }, { form: { allowed: false, waiting: 3, lacks: ["imageannotation/line"] } }]) {
      applyProgress(client, progress({ ...row(1), ...change }));
      expect(client.getQueryData(["projects", "cars"])).toMatchObject(change);
    }
  });

  it("asks for nothing when nothing changed, and loads no page that nobody opened", () => {
    const client = new QueryClient();
    client.setQueryData<ProjectDetail>(["projects", "cars"], { ...row(1), param_history: [] });
    const invalidate = vi.spyOn(client, "invalidateQueries");
    applyProgress(client, progress(row(1), { ...row(5), name: "unopened" }));
    expect(invalidate).not.toHaveBeenCalled();
    expect(client.getQueryData(["projects", "unopened"])).toBeUndefined();
  });
});
