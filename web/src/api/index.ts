/** Every call the app makes, by the name of what it does. */
import { request, type Sending } from "./client";
import type {
  Assignment, BatchRow, ClaimBody, DraftBody, HeartbeatAnswer, Person, ProjectDetail, ProjectRow, Queue, Session,
  SubmitAnswer, SubmitBody, TaskDetail, TaskPage,
} from "./types";

export { ApiError } from "./errors";
export { apiUrl, listen } from "./client";
export type * from "./types";

const path = encodeURIComponent;

export interface TaskFilters {
  project?: string;
  batch?: string;
  status?: string;
}

export const api = {
  session: () => request<Session>("GET", "session"),
  logIn: (email: string, password: string) => request<Session>("POST", "session", { email, password }),
  logOut: () => request<object>("DELETE", "session"),

  queue: () => request<Queue>("GET", "queue"),

  claim: (body: ClaimBody) => request<{ assignments: Assignment[] }>("POST", "assignments/claim", body),
  assignment: (id: string) => request<Assignment>("GET", `assignments/${path(id)}`),
  open: (id: string) => request<Assignment>("POST", `assignments/${path(id)}/open`),
  heartbeat: (ids: string[]) => request<HeartbeatAnswer>("POST", "assignments/heartbeat", { ids }),
  saveDraft: (id: string, body: DraftBody, sending?: Sending) =>
    request<{ rev: number; saved_at: string }>("PUT", `assignments/${path(id)}/draft`, body, sending),
  submit: (id: string, body: SubmitBody) => request<SubmitAnswer>("POST", `assignments/${path(id)}/submit`, body),
  skip: (id: string, reason: string) => request<object>("POST", `assignments/${path(id)}/skip`, { reason }),
  release: (id: string, sending?: Sending) => request<object>("POST", `assignments/${path(id)}/release`, {}, sending),

  projects: () => request<{ projects: ProjectRow[] }>("GET", "projects"),
  project: (name: string) => request<ProjectDetail>("GET", `projects/${path(name)}`),
  batches: (name: string) => request<{ batches: BatchRow[] }>("GET", `projects/${path(name)}/batches`),
  tasks: (filters: TaskFilters, page: { next_token?: string; limit?: number } = {}) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...filters, ...page })) if (value) query.set(name, String(value));
    return request<TaskPage>("GET", `tasks?${query}`);
  },
  task: (id: string) => request<TaskDetail>("GET", `tasks/${path(id)}`),
  people: () => request<{ people: Person[] }>("GET", "people"),
};
