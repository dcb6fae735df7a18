import { nanoid } from "nanoid";
import { createStore, type StoreApi } from "zustand/vanilla";
import { api, ApiError, type Assignment, type Stage, type SubmitBody, type Verdict } from "../api";
import type { Part } from "../kit/media/shown";
import { DraftSaver } from "./draft";
import { forget, noteRevision } from "./journal";
import type { Outbox } from "./outbox";
import { Preparer, type Prepared } from "./prepare";
import { TabGuard } from "./tabs";
import { Taker } from "./take";
import { openedParts } from "./seen";
import { ActiveTimer } from "./timer";

export interface LastSubmission {
  assignment: Assignment;
  answer: unknown;
}

export interface WorkState {
  /** Submitted since this screen was opened. */
  done: number;
  last: LastSubmission | null;
  /** The task on screen as the editor shows it; null while it is being prepared. */
  prepared: Prepared | null;
  /** The task after it, once it is prepared: its editor is built ahead. */
  upcoming: Prepared | null;
  /** How many of the tasks behind it are prepared: they open without the network. */
  ahead: number;
  /** Why the task on screen cannot be shown. */
  failure: Error | null;
}

export interface WorkEvents {
  onReopenFailed(error: ApiError): void;
  /** Another tab or machine saved the task on screen. */
  onConflict?(): void;
}

/** One visit to the work screen: what is on it, what comes next, and how answers leave it. */
export class WorkController {
  readonly taker: Taker;
  readonly state: StoreApi<WorkState>;
  readonly tabs = new TabGuard(() => this.flush(false));
  readonly #preparer: Preparer;
  readonly #timers = new Map<string, ActiveTimer>();
  readonly #drafts = new Map<string, { saver: DraftSaver; stop: () => void }>();
  #shownId: string | null = null;
  #unsubscribe: () => void = () => undefined;

  constructor(
    stage: Stage,
    project: string | null,
    private readonly outbox: Outbox,
    private readonly events: WorkEvents,
  ) {
    this.taker = new Taker(
      {
        claim: api.claim,
        open: api.open,
        retake: api.retake,
        release: (id, keepalive) => api.release(id, { keepalive }),
        heartbeat: api.heartbeat,
        unsent: () => outbox.unsentAssignments,
      },
      stage,
      project,
      { onLost: (assignment) => this.#lost(assignment) },
    );
    this.#preparer = new Preparer((assignment) => this.#keptAnswer(assignment));
    this.state = createStore<WorkState>(() => ({
      done: 0,
      last: null,
      prepared: null,
      upcoming: null,
      ahead: 0,
      failure: null,
    }));
  }

  /** Starts taking tasks; `reopen` is an assignment to show first. */
  async start(reopen: string | null): Promise<void> {
    // Until the outbox is read, a task whose answer waits in it would look like an open one.
    await this.outbox.loaded;
    const stopFollowing = this.taker.state.subscribe(() => this.#follow());
    const stopCounting = this.outbox.state.subscribe((now, before) => {
      if (now.waiting.length < before.waiting.length) this.taker.topUp();
    });
    this.#unsubscribe = () => {
      stopFollowing();
      stopCounting();
    };
    this.taker.start(reopen ? await this.#reopen(reopen) : null);
  }

  stop(): void {
    for (const { saver } of this.#drafts.values()) void saver.flush(true);
    this.taker.leave();
    this.#unsubscribe();
    this.#preparer.keepOnly(new Set());
    for (const { stop } of this.#drafts.values()) stop();
    this.#drafts.clear();
    this.#shownId = null;
    this.tabs.show(null);
  }

  /** The page is being hidden or closed: what is unsaved goes out with it. */
  async flush(keepalive: boolean): Promise<void> {
    await Promise.all([...this.#drafts.values()].map(({ saver }) => saver.flush(keepalive)));
  }

  get timer(): ActiveTimer | null {
    return this.#timerOf(this.state.getState().prepared?.assignment ?? null);
  }

  get draft(): DraftSaver | null {
    const id = this.state.getState().prepared?.assignment.id;
    return (id && this.#drafts.get(id)?.saver) || null;
  }

  /** Turns the review on screen into a fix: same answer, now writable. */
  async startFix(): Promise<void> {
    const { prepared } = this.state.getState();
    if (!prepared || prepared.mode !== "review") return;
    const fix = await this.#preparer.startFix(prepared);
    this.#follow();
    this.#watchDraft(fix);
  }

  /** Whether another tab works on the task on screen: this one only shows it. */
  get isElsewhere(): boolean {
    return this.tabs.state.getState().elsewhere !== null;
  }

  /** What of the task on screen was not seen yet: it is not handed in before, except back to its author. */
  unseen(verdict?: Verdict): Part[] {
    const { prepared } = this.state.getState();
    return prepared && verdict !== "send_back" ? prepared.session.shown.missing() : [];
  }

  /** Hands the task on screen to the outbox and moves on, all within one frame; not while something is unseen. */
  submit(verdict?: Verdict, comment?: string): void {
    const { prepared, done } = this.state.getState();
    if (!prepared || this.isElsewhere || this.unseen(verdict).length > 0) return;
    const { assignment, session } = prepared;
    const answer = verdict === "accept" || verdict === "send_back" ? undefined : session.toResponse();
    const body: SubmitBody = {
      submission_id: nanoid(),
      active_ms: this.#timerOf(assignment)?.elapsed ?? 0,
      ...(answer === undefined ? {} : { answer }),
      ...(verdict ? { verdict } : {}),
      ...(comment ? { comment } : {}),
      ...(verdict === "send_back" ? {} : { shown: true, opened: openedParts(session) }),
    };
    this.#forgetRefused(assignment);
    this.outbox.put(this.#entry(assignment, body));
    this.#endDraft(assignment.id);
    this.state.setState({ done: done + 1, last: { assignment, answer: answer ?? assignment.base } });
    this.taker.advance();
  }

  /** Gives the task on screen back with a reason; it is not offered to this person again. */
  async skip(reason: string): Promise<void> {
    const { prepared } = this.state.getState();
    const { current } = this.taker.state.getState();
    const assignment = prepared?.assignment ?? current;
    if (!assignment) return;
    this.#endDraft(assignment.id);
    this.taker.advance();
    await api.skip(assignment.id, reason);
    await forget(assignment.id);
  }

  /** Leaves a lost task behind; its answer stays in the list of unsent ones. */
  abandon(): void {
    const { current } = this.taker.state.getState();
    if (current) this.#endDraft(current.id);
    this.taker.advance();
  }

  /** Tries again to load the task on screen. */
  retry(): void {
    this.#shownId = null;
    this.#follow();
  }

  #entry(assignment: Assignment, body: SubmitBody) {
    const { task, stage } = assignment;
    return {
      assignmentId: assignment.id,
      taskId: task.task_id,
      taskType: task.type,
      project: task.project,
      stage,
      body,
    };
  }

  /** Brings `prepared` in line with what the taker has on screen, and prefetches what is next. */
  #follow(): void {
    const { current, next } = this.taker.state.getState();
    this.#preparer.keepOnly(new Set([...(current ? [current.id] : []), ...next.map(({ id }) => id)]));
    const ready = current ? (this.#preparer.get(current.id) ?? null) : null;
    const upcoming = next[0] ? (this.#preparer.get(next[0].id) ?? null) : null;
    const ahead = next.filter(({ id }) => this.#preparer.get(id) !== undefined).length;
    const shown = this.state.getState();
    if (shown.ahead !== ahead) this.state.setState({ ahead });
    if (shown.prepared !== ready) this.state.setState({ prepared: ready, upcoming, failure: null });
    else if (shown.upcoming !== upcoming) this.state.setState({ upcoming });
    if (ready) {
      this.#watchDraft(ready);
      this.#prefetch(next);
    }
    if (current && this.#shownId !== current.id) {
      this.#shownId = current.id;
      this.#timerOf(current);
      if (!ready) void this.#prepareShown(current);
    }
    if (!current) this.#shownId = null;
    this.tabs.show(current?.id ?? null);
  }

  async #prepareShown(assignment: Assignment): Promise<void> {
    try {
      await this.#preparer.prepare(assignment);
      this.#follow();
    } catch (error) {
      if (this.#shownId === assignment.id) {
        this.state.setState({ failure: error instanceof Error ? error : new Error(String(error)) });
      }
    }
  }

  #prefetching: Promise<unknown> = Promise.resolve();

  /** One after the other, so that the very next task is not slowed by the one after it. */
  #prefetch(next: readonly Assignment[]): void {
    for (const assignment of next) {
      this.#prefetching = this.#prefetchAfter(this.#prefetching, assignment);
    }
  }

  async #prefetchAfter(before: Promise<unknown>, assignment: Assignment): Promise<void> {
    await before;
    const stillNext = this.taker.state.getState().next.some(({ id }) => id === assignment.id);
    if (!stillNext || this.#preparer.get(assignment.id)) return;
    // A task that cannot be prepared fails visibly once it is shown.
    const prepared = await this.#preparer.prepare(assignment).catch(() => null);
    if (prepared) this.#follow();
  }

  #timerOf(assignment: Assignment | null): ActiveTimer | null {
    if (!assignment) return null;
    let timer = this.#timers.get(assignment.id);
    if (!timer) {
      timer = new ActiveTimer(() => performance.now(), assignment.active_ms);
      this.#timers.set(assignment.id, timer);
    }
    return timer;
  }

  #watchDraft(prepared: Prepared): void {
    const { assignment, session, mode } = prepared;
    if (mode !== "edit" || this.#drafts.has(assignment.id)) return;
    const saver = new DraftSaver(
      {
        save: async (body, keepalive) => {
          const saved = await api.saveDraft(assignment.id, body, { keepalive });
          noteRevision(assignment.id, saved.rev);
          return saved;
        },
        current: async () => (await api.assignment(assignment.id)).draft,
        // The person is told at once, not at the next beat.
        onLost: () => void this.taker.heartbeat(),
        onConflict: () => this.events.onConflict?.(),
      },
      () => ({ answer: session.toResponse(), activeMs: this.#timerOf(assignment)?.elapsed ?? 0 }),
      assignment.draft,
    );
    const stopWatching = session.onChange(() => saver.changed());
    const stop = () => {
      stopWatching();
      saver.stop();
    };
    this.#drafts.set(assignment.id, { saver, stop });
    // What the journal brought back has not reached the server yet.
    if (prepared.source === "journal" || prepared.source === "kept") saver.changed();
  }

  #endDraft(id: string): void {
    this.#drafts.get(id)?.stop();
    this.#drafts.delete(id);
    this.#timers.delete(id);
  }

  /** The lease ended under the person's hands: the answer is put aside at once. */
  #lost(assignment: Assignment): void {
    const prepared = this.#preparer.get(assignment.id);
    if (prepared?.mode === "edit" && this.#drafts.get(assignment.id)?.saver.touched) {
      const body: SubmitBody = {
        submission_id: nanoid(),
        active_ms: this.#timerOf(assignment)?.elapsed ?? 0,
        answer: prepared.session.toResponse(),
        ...(assignment.stage === "review" ? { verdict: "fix" as const } : {}),
      };
      this.outbox.keep(this.#entry(assignment, body), {
        status: 409,
        code: "lease_lost",
        message: "",
        problems: [],
      });
    }
  }

  #keptAnswer({ task, stage }: Assignment): unknown {
    const { refused } = this.outbox.state.getState();
    const entry = refused.findLast((refusal) => refusal.taskId === task.task_id && refusal.stage === stage);
    return entry?.body.answer;
  }

  #forgetRefused({ id, task, stage }: Assignment): void {
    for (const entry of this.outbox.state.getState().refused) {
      const same = entry.assignmentId === id || (entry.taskId === task.task_id && entry.stage === stage);
      if (same) void this.outbox.discard(entry.body.submission_id);
    }
  }

  async #reopen(id: string): Promise<Assignment | null> {
    try {
      return await api.open(id).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 409) return api.retake(id);
        throw error;
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.events.onReopenFailed(error);
      return null;
    }
  }
}
