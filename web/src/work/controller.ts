import { nanoid } from "nanoid";
import { createStore, type StoreApi } from "zustand/vanilla";
import { api, ApiError, type Assignment, type Stage, type SubmitBody, type Verdict } from "../api";
import type { Part } from "../kit/media/shown";
import { DraftSaver } from "./draft";
import { forget, journal, noteRevision } from "./journal";
import type { Outbox } from "./outbox";
import { Preparer, type Prepared } from "./prepare";
import { tabName } from "./tabId";
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
  /** The assignment that was asked for by name. */
  #reopened: string | null = null;
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
        open: (id) => this.#open(id),
        retake: (id) => api.retake(id, tabName()),
        release: (id, keepalive) => api.release(id, tabName(), { keepalive }),
        heartbeat: (ids) => api.heartbeat(ids, tabName()),
        unsent: () => outbox.unsentAssignments,
        readOnly: () => this.isElsewhere,
      },
      stage,
      project,
      {
        onLost: (assignment) => this.#setAside(assignment, "lease_lost"),
        onElsewhere: (id) => this.#elsewhere(id),
      },
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
      tab: tabName(),
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
    await api.skip(assignment.id, reason, tabName());
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
          const saved = await api.saveDraft(assignment.id, { ...body, tab: tabName() }, { keepalive });
          noteRevision(assignment.id, saved.rev);
          return saved;
        },
        current: async () => (await api.assignment(assignment.id)).draft,
        // The person is told at once, not at the next beat.
        onLost: () => void this.taker.heartbeat(),
        onElsewhere: () => this.#elsewhere(assignment.id),
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
    // What the journal brought back has not reached the server yet; what was set aside is looked at first.
    const aside = prepared.source === "kept" && this.#keptAnswer(assignment)?.asked;
    if (prepared.source === "journal" || (prepared.source === "kept" && !aside)) saver.changed();
  }

  #endDraft(id: string): void {
    this.#drafts.get(id)?.stop();
    this.#drafts.delete(id);
    this.#timers.delete(id);
  }

  /** Tells the server that this tab shows a task; one that another tab of this browser has is only looked at. */
  async #open(id: string): Promise<Assignment> {
    const { current } = this.taker.state.getState();
    // Only what was open before may be in another tab of this browser.
    if (current?.id === id && current.state === "active") await this.tabs.answered();
    return this.isElsewhere ? api.assignment(id) : api.open(id, { tab: tabName() });
  }

  /** Another tab writes to the task on screen: what it does not know is set aside. */
  #elsewhere(id: string): void {
    const { current } = this.taker.state.getState();
    if (current?.id !== id || this.isElsewhere) return;
    this.tabs.noteFar(id);
    if (this.#drafts.get(id)?.saver.dirty) this.#setAside(current, "held_elsewhere");
  }

  /**
   * Makes this tab the one that writes to the task on screen; a reload then goes on from what the other one saved.
   *
   * @throws {ApiError} the task is not to be had any more, or the server does not answer.
   */
  async takeOver(): Promise<void> {
    const { current } = this.taker.state.getState();
    if (!current) return;
    // Nothing more is saved from here: a reload starts from what the other tab has saved.
    this.#drafts.get(current.id)?.saver.stop();
    const { far } = this.tabs.state.getState();
    const shared = await this.tabs.takeOver();
    const opened = await api
      .open(current.id, { tab: tabName(), take_over: true })
      .catch((error: unknown) => this.#takeAgain(current.id, error));
    if (!far || shared) return;
    // What was done here before is older than what the other browser saved, whatever the clocks say.
    const prepared = this.#preparer.get(current.id);
    const unknown = prepared?.source === "journal" && !this.#isAside(current);
    if (unknown && JSON.stringify(prepared.session.toResponse()) !== JSON.stringify(opened.draft?.answer))
      this.#setAside(current, "held_elsewhere");
    await (await journal()).remove(current.id);
  }

  /** Takes a task again whose time ran out; other errors are passed on. */
  #takeAgain(id: string, error: unknown): Promise<Assignment> {
    if (error instanceof ApiError && error.code === "lease_lost") return api.retake(id, tabName());
    throw error;
  }

  #isAside({ id }: Assignment): boolean {
    return this.outbox.state.getState().refused.some((entry) => entry.assignmentId === id);
  }

  /** Somebody else has the task now, or this person elsewhere: the answer on screen is put aside at once. */
  #setAside(assignment: Assignment, code: "lease_lost" | "held_elsewhere"): void {
    const prepared = this.#preparer.get(assignment.id);
    const { saver } = this.#drafts.get(assignment.id) ?? {};
    if (prepared?.mode === "edit" && (saver?.touched || prepared.source === "journal")) {
      const body: SubmitBody = {
        submission_id: nanoid(),
        active_ms: this.#timerOf(assignment)?.elapsed ?? 0,
        answer: prepared.session.toResponse(),
        ...(assignment.stage === "review" ? { verdict: "fix" as const } : {}),
      };
      this.outbox.keep(this.#entry(assignment, body), { status: 409, code, message: "", problems: [] });
    }
  }

  #keptAnswer({ id, task, stage }: Assignment): { answer: unknown; asked: boolean } | null {
    const { refused } = this.outbox.state.getState();
    const entry = refused.findLast(
      ({ taskId, stage: at, refusal }) =>
        taskId === task.task_id &&
        at === stage &&
        // The work went on elsewhere from another state: only who asks for it gets what was set aside.
        (refusal?.code !== "held_elsewhere" || id === this.#reopened),
    );
    return entry ? { answer: entry.body.answer, asked: entry.refusal?.code === "held_elsewhere" } : null;
  }

  #forgetRefused({ id, task, stage }: Assignment): void {
    for (const entry of this.outbox.state.getState().refused) {
      const same = entry.assignmentId === id || (entry.taskId === task.task_id && entry.stage === stage);
      if (same) void this.outbox.discard(entry.body.submission_id);
    }
  }

  async #reopen(id: string): Promise<Assignment | null> {
    this.#reopened = id;
    try {
      return await api.open(id).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 409) return api.retake(id, tabName());
        throw error;
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.events.onReopenFailed(error);
      return null;
    }
  }
}
