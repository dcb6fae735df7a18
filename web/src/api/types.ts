/** Shapes of the app API (`/api`): snake_case as on the wire, times ISO-8601 UTC. */

export type Role = "labeler" | "member" | "manager" | "admin";
export type Stage = "attempt" | "review";
export type Verdict = "accept" | "fix" | "send_back";
export type AssignmentState = "reserved" | "active" | "submitted" | "skipped" | "released" | "expired";

export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
}

export interface Session {
  user: User;
  version: string;
}

export interface QueueEntry {
  project: string;
  type: string;
  stage: Stage;
  open: number;
  mine: number;
  instruction_excerpt: string;
}

export interface Queue {
  entries: QueueEntry[];
  done_today: number;
  active_ms_today: number;
}

export interface Attachment {
  ref: string;
  url: string;
  mime_type: string | null;
  width: number | null;
  height: number | null;
}

export interface TaskView {
  task_id: string;
  type: string;
  project: string | null;
  batch: string | null;
  instruction: string;
  params: Record<string, unknown>;
  attachments: Attachment[];
  priority: number;
  created_at: string;
}

export interface ReviewComment {
  by: string;
  at: string;
  text: string;
  verdict: Verdict | null;
}

export interface Draft {
  rev: number;
  answer: unknown;
  saved_at: string;
}

export interface Assignment {
  id: string;
  stage: Stage;
  state: AssignmentState;
  lease_until: string;
  opened_at: string | null;
  active_ms: number;
  task: TaskView;
  draft: Draft | null;
  base: unknown;
  comments: ReviewComment[];
}

export interface ClaimBody {
  stage: Stage;
  project?: string | null;
  count?: number;
  have?: string[];
}

export interface HeartbeatAnswer {
  held: { id: string; lease_until: string }[];
  lost: string[];
}

export interface DraftBody {
  rev: number;
  answer: unknown;
  active_ms: number;
}

export interface SubmitBody {
  submission_id: string;
  answer?: unknown;
  active_ms: number;
  verdict?: Verdict;
  comment?: string;
}

export interface SubmitAnswer {
  assignment_id: string;
  task_id: string;
  state: "submitted";
  task_status: "pending" | "completed";
  repeated: boolean;
}

export interface TaskCounts {
  pending: number;
  completed: number;
  canceled: number;
  error: number;
}

export interface StageCounts {
  attempt_open: number;
  attempt_held: number;
  review_open: number;
  review_held: number;
}

export interface ProjectRow {
  name: string;
  type: string;
  created_at: string;
  instruction_excerpt: string;
  tasks: TaskCounts;
  stages: StageCounts;
  batches: number;
}

export interface ParamVersion {
  version: number;
  created_at: string;
  [param: string]: unknown;
}

export interface ProjectDetail extends ProjectRow {
  param_history: ParamVersion[];
}

export interface BatchRow {
  name: string;
  project: string;
  status: "staging" | "in_progress" | "completed";
  created_at: string;
  tasks: TaskCounts;
  stages: StageCounts;
}

export interface TaskRow {
  task_id: string;
  type: string;
  project: string | null;
  batch: string | null;
  status: string;
  stage: Stage | null;
  holder: string | null;
  created_at: string;
  completed_at: string | null;
  unique_id: string | null;
  customer_review_status: string | null;
}

export interface TaskPage {
  tasks: TaskRow[];
  total: number;
  next_token: string | null;
}

export interface Attempt {
  id: string;
  stage: Stage;
  by: string;
  state: AssignmentState;
  submitted_at: string | null;
  answer: unknown;
  verdict: Verdict | null;
  comment: string | null;
  active_ms: number;
}

export interface TaskEvent {
  at: string;
  by: string | null;
  kind: string;
  data: Record<string, unknown>;
}

export interface TaskDetail extends TaskView, TaskRow {
  type: string;
  project: string | null;
  batch: string | null;
  task_id: string;
  created_at: string;
  response: unknown;
  attempts: Attempt[];
  events: TaskEvent[];
}

export interface Person extends User {
  projects: string[];
  submitted_today: number;
  active_ms_today: number;
  accepted: number;
  fixed: number;
  sent_back: number;
}

export interface Problem {
  path: string;
  message: string;
  code: string;
  severity?: string;
}
