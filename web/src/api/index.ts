/** Every call the app makes; the types and the transport are generated from `contract/app.json`. */
import { answered } from "./client";
import {
  answersCheck,
  answersSchema,
  archiveArchiveBatch,
  archiveArchiveProject,
  assignmentsClaim,
  assignmentsGet,
  assignmentsHeartbeat,
  assignmentsOpenAssignment,
  assignmentsQueue,
  assignmentsRelease,
  assignmentsRetake,
  assignmentsSaveDraft,
  assignmentsSkip,
  assignmentsSubmit,
  type Assignment,
  type AuditBody,
  auditsAudit,
  auditsRecall,
  type Callback,
  callbacksListCallbacks,
  callbacksResend,
  deliveriesCreateDelivery,
  deliveriesListDeliveries,
  editorsAllowForm,
  type Claim,
  type DraftBody,
  invitationsAccept,
  invitationsGet,
  modelAnswersAsk,
  type ModelAnswersBody,
  type NewDelivery,
  type OpenBody,
  peopleChange,
  peopleChangeProjectPeople,
  peopleInvite,
  peopleListProjectPeople,
  peopleWithdraw,
  type PersonChange,
  type ProjectPeopleChange,
  progressGetProject,
  progressGetTask,
  progressListBatches,
  progressListPeople,
  progressListProjects,
  progressListTasks,
  sessionChangePassword,
  sessionLogIn,
  sessionLogOut,
  sessionLogOutEverywhere,
  sessionCurrentPerson,
  stuckCancel,
  stuckListStuck,
  stuckOffer,
  type SubmitBody,
  type User,
} from "./generated";

export { apiUrl, configureClient, listen } from "./client";
export { ApiError, type Problem } from "./errors";
export type {
  Assignment,
  Attachment,
  Attempt,
  AuditBody,
  BatchRow,
  Beat,
  Callback,
  CallbackTry,
  Claim,
  Comment,
  DeliveryRow,
  Draft,
  DraftBody,
  DraftSaved,
  FormState,
  InvitationLink,
  InvitationView,
  Invited,
  NewDelivery,
  People,
  Person,
  ProjectDetail,
  ProjectPeople,
  ProjectRow,
  Projects,
  Queue,
  QueueEntry,
  Session,
  StageCounts,
  StuckPosition,
  StuckTask,
  SubmitBody,
  Submitted,
  TaskCounts,
  TaskDetail,
  TaskEvent,
  TaskRow,
  Tasks,
  TaskView,
  User,
} from "./generated";

export type Role = User["role"];
export type Stage = Assignment["stage"];
export type AssignmentState = Assignment["state"];
export type Verdict = NonNullable<SubmitBody["verdict"]>;

export type CallbackState = Callback["state"];
export type AuditVerdict = AuditBody["verdict"];

export type TaskStatus = "pending" | "completed" | "canceled" | "error";

export interface TaskFilters {
  project?: string;
  batch?: string;
  status?: TaskStatus;
}

export interface Sending {
  /** Lets the browser finish the request after the page is gone; at most 64 kB in all. */
  keepalive?: boolean;
}

export const api = {
  session: () => answered(sessionCurrentPerson()),
  logIn: (email: string, password: string) => answered(sessionLogIn({ body: { email, password } })),
  logOut: () => answered(sessionLogOut({ body: {} })),
  logOutEverywhere: () => answered(sessionLogOutEverywhere({ body: {} })),
  changePassword: (current_password: string, new_password: string) =>
    answered(sessionChangePassword({ body: { current_password, new_password } })),

  queue: () => answered(assignmentsQueue()),

  claim: (body: Claim) => answered(assignmentsClaim({ body })),
  assignment: (id: string) => answered(assignmentsGet({ path: { id } })),
  open: (id: string, body: OpenBody = {}) => answered(assignmentsOpenAssignment({ path: { id }, body })),
  retake: (id: string, tab?: string) => answered(assignmentsRetake({ path: { id }, body: tab ? { tab } : {} })),
  heartbeat: (ids: string[], tab?: string) =>
    answered(assignmentsHeartbeat({ body: { ids, ...(tab ? { tab } : {}) } })),
  saveDraft: (id: string, body: DraftBody, sending: Sending = {}) =>
    answered(assignmentsSaveDraft({ path: { id }, body, ...sending })),
  answerSchema: (id: string) => answered(answersSchema({ path: { id } })),
  check: (id: string, answer: unknown) => answered(answersCheck({ path: { id }, body: { answer } })),
  askModels: (id: string, body: ModelAnswersBody) => answered(modelAnswersAsk({ path: { id }, body })),
  submit: (id: string, body: SubmitBody) => answered(assignmentsSubmit({ path: { id }, body })),
  skip: (id: string, reason: string, tab: string) =>
    answered(assignmentsSkip({ path: { id }, body: { reason, tab } })),
  release: (id: string, tab: string, sending: Sending = {}) =>
    answered(assignmentsRelease({ path: { id }, body: { tab }, ...sending })),

  projects: () => answered(progressListProjects()),
  project: (name: string) => answered(progressGetProject({ path: { name } })),
  batches: (name: string) => answered(progressListBatches({ path: { name } })),
  tasks: (filters: TaskFilters, page: { next_token?: string; limit?: number } = {}) =>
    answered(progressListTasks({ query: { ...filters, ...page } })),
  task: (task_id: string) => answered(progressGetTask({ path: { task_id } })),
  audit: (task_id: string, body: AuditBody) => answered(auditsAudit({ path: { task_id }, body })),
  recall: (task_id: string, comments: string) =>
    answered(auditsRecall({ path: { task_id }, body: { comments } })),
  archiveProject: (name: string, archived: boolean) =>
    answered(archiveArchiveProject({ path: { name }, body: { archived } })),
  archiveBatch: (name: string, archived: boolean) =>
    answered(archiveArchiveBatch({ path: { name }, body: { archived } })),
  allowForm: (project: string | null, allowed: boolean) => answered(editorsAllowForm({ body: { project, allowed } })),

  stuck: (project: string | undefined, page: { next_token?: string; limit?: number } = {}) =>
    answered(stuckListStuck({ query: { ...(project ? { project } : {}), ...page } })),
  offer: (task_id: string, person_id: string | null) =>
    answered(stuckOffer({ path: { task_id }, body: { person_id } })),
  cancelTask: (task_id: string) => answered(stuckCancel({ path: { task_id }, body: {} })),

  people: () => answered(progressListPeople()),
  invite: (emails: string[], role: string) => answered(peopleInvite({ body: { emails, role } })),
  withdraw: (email: string) => answered(peopleWithdraw({ body: { email } })),
  changePerson: (id: string, body: PersonChange) => answered(peopleChange({ path: { id }, body })),
  projectPeople: (name: string) => answered(peopleListProjectPeople({ path: { name } })),
  changeProjectPeople: (name: string, body: ProjectPeopleChange) =>
    answered(peopleChangeProjectPeople({ path: { name }, body })),

  invitation: (token: string) => answered(invitationsGet({ path: { token } })),
  accept: (token: string, name: string, password: string) =>
    answered(invitationsAccept({ path: { token }, body: { name, password } })),

  callbacks: (state: CallbackState, page: { next_token?: string; limit?: number } = {}) =>
    answered(callbacksListCallbacks({ query: { state, ...page } })),
  deliveries: () => answered(deliveriesListDeliveries({ query: {} })),
  deliver: (body: NewDelivery) => answered(deliveriesCreateDelivery({ body })),
  resend: (id: string) => answered(callbacksResend({ path: { id }, body: {} })),
};
