import type { Assignment } from "../api";
import { type AnyEditorModule, loadEditor, type Mode, type Session } from "../editors";
import { createSession } from "../kit/doc/session";
import { createMediaContext, type MediaContext } from "../kit/media/context";
import { answerService } from "./answerService";
import { journal, lastRevision } from "./journal";
import { images } from "./media";
import { noteSeen, seenBefore } from "./seen";
import { chooseStart, type StartSource, startAnswer } from "./start";

// oxlint-disable-next-line typescript/no-explicit-any -- the editor's own types are unknown here
type AnySession = Session<any, any>;

/** A task whose editor, media and document are in memory: it can be painted without waiting. */
export interface Prepared {
  assignment: Assignment;
  module: AnyEditorModule;
  media: MediaContext;
  session: AnySession;
  /** `edit` for attempts and begun fixes, `review` for an answer to be judged. */
  mode: Mode;
  source: StartSource;
}

/** Looks up an answer of ours that the server refused earlier, to start from it again; `asked` when only it will do. */
export type FindKept = (assignment: Assignment) => { answer: unknown; asked: boolean } | null;

/** Keeps what was on the screen of a task with several parts: a reload need not ask for all of them again. */
function rememberSeen(id: string, { shown }: AnySession): void {
  if (shown.parts.getState().size < 2) return;
  shown.parts.subscribe(() => noteSeen(id, shown.seen()));
}

/** Everything that shows one task, built ahead of time and kept outside React. */
export class Preparer {
  readonly #ready = new Map<string, Prepared>();
  readonly #running = new Map<string, Promise<Prepared>>();
  readonly #aborts = new Map<string, AbortController>();

  constructor(private readonly findKept: FindKept) {}

  /** The finished work, without waiting. */
  get(id: string): Prepared | undefined {
    return this.#ready.get(id);
  }

  /** Builds editor, media and document; a second call for the same task returns the first one's work. */
  prepare(assignment: Assignment): Promise<Prepared> {
    const { id } = assignment;
    const running = this.#running.get(id) ?? this.#build(assignment);
    this.#running.set(id, running);
    // A failed load (network, stale chunk) may be tried again.
    running.catch(() => this.#running.delete(id));
    return running;
  }

  /** Ends the loads and frees the sessions of tasks that are not in `wanted`. */
  keepOnly(wanted: ReadonlySet<string>): void {
    for (const id of new Set([...this.#running.keys(), ...this.#ready.keys()])) {
      if (wanted.has(id)) continue;
      this.#aborts.get(id)?.abort();
      this.#ready.get(id)?.session.dispose();
      this.#running.delete(id);
      this.#ready.delete(id);
      this.#aborts.delete(id);
    }
  }

  /** Starts a fix: a writable session on the answer under review. */
  async startFix(prepared: Prepared): Promise<Prepared> {
    const { assignment, module, media } = prepared;
    const session = createSession({
      id: assignment.id,
      model: module,
      params: assignment.task.params,
      media,
      mode: "edit",
      response: assignment.base,
      journal: await journal(),
      service: answerService(assignment.id),
      seen: prepared.session.shown.seen(),
    });
    rememberSeen(assignment.id, session);
    const fix: Prepared = { ...prepared, session, mode: "edit" };
    prepared.session.dispose();
    this.#ready.set(assignment.id, fix);
    return fix;
  }

  async #build(assignment: Assignment): Promise<Prepared> {
    const abort = new AbortController();
    this.#aborts.set(assignment.id, abort);
    const { task } = assignment;
    const [module, book, entry] = await Promise.all([
      loadEditor(task.type),
      journal(),
      journal().then((opened) => opened.read<object>(assignment.id)),
    ]);
    const media = createMediaContext(task.attachments, images, abort.signal);
    // Media that fails to load is shown as such by the editor; it must not keep the task from opening.
    const loaded = module.prefetch(task.params, media).catch(() => undefined);
    const kept = this.findKept(assignment);
    const source = chooseStart(
      entry,
      assignment.draft,
      lastRevision(assignment.id),
      module.docVersion,
      kept?.answer !== undefined,
      kept?.asked,
    );
    const mode: Mode = assignment.stage === "review" && source === "base" ? "review" : "edit";
    const session = createSession({
      id: assignment.id,
      model: module,
      params: task.params,
      media,
      mode,
      response: source === "kept" ? kept?.answer : startAnswer(assignment, source),
      restored: source === "journal" ? (entry?.doc ?? null) : null,
      journal: mode === "edit" ? book : null,
      service: answerService(assignment.id),
      seen: seenBefore(assignment.id),
    });
    rememberSeen(assignment.id, session);
    await loaded;
    const prepared: Prepared = { assignment, module, media, session, mode, source };
    if (abort.signal.aborted) session.dispose();
    else this.#ready.set(assignment.id, prepared);
    return prepared;
  }
}
