import type { Draft, Patches } from "mutative";
import type { StoreApi } from "zustand/vanilla";
import type { MediaContext } from "../media/context";
import type { NeededPart, Shown } from "../media/shown";

/** `review` and `view` use the same renderer as `edit` but run no mutating command. */
export type Mode = "edit" | "review" | "view";

/** A store that may be read and watched but only changed by its owner. */
export type ReadonlyStore<T> = Pick<StoreApi<T>, "getState" | "getInitialState" | "subscribe">;
export type Store<T> = StoreApi<T>;

/** A problem of an answer, shown while working and again by the server at submit. */
export interface Issue {
  /** Where in the response: `annotations[3].attributes.occlusion`. */
  path: string;
  /** The object to jump to, when the problem belongs to one. */
  objectId?: string;
  /** `error` stops a submit, `warning` does not. */
  severity: "error" | "warning";
  /** Stable machine name, e.g. `attribute_required`. */
  code: string;
  /** One sentence for the labeler. */
  message: string;
}

export type ChangeKind = "added" | "removed" | "moved" | "relabelled" | "attributes";

/** One difference between two answers of the same task. */
export interface Change {
  kind: ChangeKind;
  /** Id of the object in the newer document (in the older one for `removed`); absent for task-level answers. */
  objectId?: string;
  /** Which part of the answer, in response terms. */
  path: string;
  /** One line for the reviewer, e.g. `Car → Truck`. */
  message: string;
}

/** What a reviewer sees on top of an answer: the same task answered before. */
export interface Overlay<D = unknown> {
  /** The document the shown one is compared with. */
  reference: D;
  changes: readonly Change[];
}

/** Size in pixels of the main medium after EXIF orientation; null until it is known. */
export interface MediaSize {
  width: number;
  height: number;
}

/** View state of one open task: neither saved nor undone. */
export interface UiState {
  tool: string;
  /** Object ids in the order they were selected. */
  selection: readonly string[];
  /** The selection as it was last made by hand: the same array as `selection` while that is what is selected. */
  picked: readonly string[] | null;
  /** Leaf label given to the next object. */
  label: string | null;
  /** Objects the labeler has hidden. */
  hidden: ReadonlySet<string>;
  mediaSize: MediaSize | null;
  /** Which side of a comparison is drawn. */
  compare: "both" | "before" | "after";
  /** Short message in the editor's status line; `at` makes equal texts distinct. */
  notice: { text: string; at: number } | null;
}

/** What undo and redo offer right now. */
export interface HistoryState {
  undoLabel: string | null;
  redoLabel: string | null;
  /** Grows by one with every change of the document, including undo and redo. */
  revision: number;
}

/** One change of the document, as recorded by the history. */
export interface DocChange<D> {
  label: string;
  patches: Patches<true>;
  doc: D;
  kind: "edit" | "undo" | "redo";
}

export interface EditOptions {
  /** Consecutive edits with the same key within a second become one undo step. */
  mergeKey?: string;
}

/** A change in progress, e.g. a drag: nothing reaches the document before `commit`. */
export interface Gesture<D> {
  readonly active: boolean;
  /** Remembers what `commit` will do; replaces the previous preview. */
  preview(fn: (draft: Draft<D>) => void): void;
  /** Writes one undo step; without `fn` the last preview is written. */
  commit(fn?: (draft: Draft<D>) => void): void;
  cancel(): void;
}

/** What the server can tell about an answer while it is being written. */
export interface AnswerService {
  /** JSON Schema of the answer that the task asks for. */
  schema(): Promise<Readonly<Record<string, unknown>>>;
  /** What the server's checker would say to an answer. */
  problems(answer: unknown): Promise<Issue[]>;
  /** Asks the models of a conversation; the same `requestId` gets the same answers again. */
  askModels?(asked: AskedModels): Promise<readonly ModelCandidate[]>;
}

/** A prompt, and what was said in its thread before. */
export interface AskedModels {
  requestId: string;
  /** Empty where there is only one. */
  thread: string;
  turn: number;
  messages: readonly { role: "user" | "assistant"; text: string }[];
}

/** What one model answered: a text, or a sentence why there is none. */
export interface ModelCandidate {
  id: string;
  source: string;
  text: string | null;
  error: string | null;
}

/** One per open task, created by the work screen and given to the editor. */
export interface Session<P = unknown, D = unknown> {
  /** Assignment id. */
  readonly id: string;
  readonly mode: Mode;
  readonly params: P;
  readonly doc: ReadonlyStore<D>;
  readonly ui: Store<UiState>;
  readonly issues: ReadonlyStore<readonly Issue[]>;
  readonly history: ReadonlyStore<HistoryState>;
  readonly media: MediaContext;
  /** What was on the screen: the editor reports it, and nothing is handed in that was not. */
  readonly shown: Shown;
  /** Null where an answer is only looked at. */
  readonly service: AnswerService | null;
  /** One undo step; ignored unless the mode is `edit`. */
  edit(label: string, fn: (draft: Draft<D>) => void, options?: EditOptions): void;
  /**
   * Starts a gesture; a running one is cancelled first.
   *
   * @param onCancel called when the gesture ends without a commit (Esc, undo, dispose).
   */
  gesture(label: string, onCancel?: () => void): Gesture<D>;
  /** Reverts one step; during a gesture it only cancels that. */
  undo(): void;
  redo(): void;
  /** The answer in wire form. */
  toResponse(): unknown;
  /** Checks the answer now and publishes the result in `issues`. */
  validate(): readonly Issue[];
  /**
   * The same, after the server has looked at exactly this answer where the editor leaves the checking to it.
   *
   * Resolves to what `validate` says when the server cannot be asked: it looks again when it gets the answer.
   */
  check(): Promise<readonly Issue[]>;
  /** Called after every change of the document, in order; returns the unsubscriber. */
  onChange(listener: (change: DocChange<D>) => void): () => void;
  /** Stops timers, gestures and subscriptions; the journal entry stays. */
  dispose(): void;
}

/** A mutation, tool or view change; keys, toolbar, palette and cheat-sheet are derived from these. */
// oxlint-disable-next-line typescript/no-explicit-any -- a command list holds commands of sessions with different params
export interface Command<D, P = any> {
  /** Unique within the app, dotted: `image.tool.box`. */
  id: string;
  title: string;
  /** Heading in the cheat-sheet. */
  group?: string;
  /** What the cheat-sheet says once for several commands; without it the title. */
  line?: string | undefined;
  /** tinykeys notation, first one shown: `["$mod+KeyZ"]`. */
  keys?: readonly string[];
  /** Whether it changes the document; those never run in `review` and `view`. */
  mutates?: boolean;
  /** Whether the task has it at all, e.g. a tenth label; without it always. */
  offered?(params: P): boolean;
  when?(session: Session<P, D>): boolean;
  run(session: Session<P, D>, arg?: unknown): void;
  /** For hold keys: called when the key is let go. */
  release?(session: Session<P, D>): void;
}

/** The part of an editor that needs no screen. */
export interface EditorModel<P, D, R> {
  /** Task type slug as on the wire. */
  type: string;
  /** Raised when stored documents of older versions can no longer be read. */
  docVersion: number;
  /** Builds the document from a response (or pre-labels). Pure apart from new uuids. */
  toDoc(params: P, response?: R | null): D;
  toResponse(doc: D, params: P): R;
  validate(doc: D, params: P, size?: MediaSize | null): Issue[];
  diff?(before: D, after: D, params: P): Change[];
  /** Whether the server does the checking: an answer is not handed in before it has looked at it. */
  checkedByServer?: boolean;
  /** References of the attachments that this editor shows; all of the task's when absent. */
  shows?(params: P): readonly string[];
  /** Parts of an answer that this editor does not draw: reviewers have to open each before they accept. */
  undrawn?(doc: D, params: P, media: MediaContext): readonly NeededPart[];
  /** First state of the view for a new session. */
  initialUi?(params: P, doc: D, mode: Mode): Partial<UiState>;
}
