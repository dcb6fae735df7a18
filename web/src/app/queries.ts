import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import { api, ApiError, type CallbackState, type Session, type TaskFilters } from "../api";
import { setFrameHosts } from "../kit/markdown/frames";

const PAGE_SIZE = 100;

/** Retries only what may succeed the next time; a refusal is an answer. */
export function shouldRetry(failures: number, error: Error): boolean {
  return failures < 3 && (!(error instanceof ApiError) || error.transient);
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: shouldRetry, staleTime: 10_000 }, mutations: { retry: false } },
});

// Whoever logs in brings the session with what the server allows, by whichever way it comes here.
queryClient.getQueryCache().subscribe(({ query }) => {
  if (query.queryKey[0] !== "session") return;
  const session = query.state.data as Session | undefined;
  if (session) setFrameHosts(session.frame_hosts);
});

export const queries = {
  session: () => queryOptions({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity }),
  queue: () => queryOptions({ queryKey: ["queue"], queryFn: api.queue, refetchInterval: 20_000 }),
  projects: () => queryOptions({ queryKey: ["projects"], queryFn: api.projects }),
  project: (name: string) => queryOptions({ queryKey: ["projects", name], queryFn: () => api.project(name) }),
  batches: (name: string) =>
    queryOptions({ queryKey: ["projects", name, "batches"], queryFn: () => api.batches(name) }),
  tasks: (filters: TaskFilters) =>
    infiniteQueryOptions({
      queryKey: ["tasks", filters],
      queryFn: ({ pageParam }) =>
        api.tasks(filters, { limit: PAGE_SIZE, ...(pageParam ? { next_token: pageParam } : {}) }),
      initialPageParam: "",
      getNextPageParam: (page) => page.next_token,
      placeholderData: keepPreviousData,
    }),
  task: (id: string) => queryOptions({ queryKey: ["task", id], queryFn: () => api.task(id) }),
  callbacks: (state: CallbackState) =>
    infiniteQueryOptions({
      queryKey: ["callbacks", state],
      queryFn: ({ pageParam }) =>
        api.callbacks(state, { limit: PAGE_SIZE, ...(pageParam ? { next_token: pageParam } : {}) }),
      initialPageParam: "",
      getNextPageParam: (page) => page.next_token,
    }),
  stuck: (project?: string) =>
    infiniteQueryOptions({
      queryKey: ["stuck", project ?? ""],
      queryFn: ({ pageParam }) =>
        api.stuck(project, { limit: PAGE_SIZE, ...(pageParam ? { next_token: pageParam } : {}) }),
      initialPageParam: "",
      getNextPageParam: (page) => page.next_token,
      refetchInterval: 30_000,
    }),
  deliveries: () => queryOptions({ queryKey: ["deliveries"], queryFn: api.deliveries }),
  anyDead: () =>
    queryOptions({
      queryKey: ["callbacks", "any dead"],
      queryFn: async () => (await api.callbacks("dead", { limit: 1 })).callbacks.length > 0,
      refetchInterval: 60_000,
    }),
  invitation: (token: string) =>
    queryOptions({ queryKey: ["invitation", token], queryFn: () => api.invitation(token) }),
  projectPeople: (name: string) =>
    queryOptions({ queryKey: ["project people", name], queryFn: () => api.projectPeople(name) }),
  people: () => queryOptions({ queryKey: ["people"], queryFn: api.people, refetchInterval: 30_000 }),
};
