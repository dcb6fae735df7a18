import type { MediaContext } from "../media/context";
import { attachmentParts, createShown, type NeededPart } from "../media/shown";
import { isChecked, noteCheck } from "./checks";
import { createHistory } from "./history";
import type { Journal } from "./journal";
import { restoreSelection } from "./pick";
import { initialUiState, makeStore } from "./store";
import type { AnswerService, EditorModel, Issue, MediaSize, Mode, Session } from "./types";

export interface SessionOptions<P, D extends object, R> {
  /** Assignment id; also the key in the journal. */
  id: string;
  model: EditorModel<P, D, R>;
  params: P;
  media: MediaContext;
  mode?: Mode;
  /** The response work starts from: draft, earlier answer or hypothesis. */
  response?: R | null;
  /** A document restored from the journal; wins over `response`. */
  restored?: D | null;
  journal?: Journal | null;
  service?: AnswerService | null;
  /** Keys of what was on the screen before, e.g. before a reload. */
  seen?: readonly string[];
}

/** Milliseconds without an edit before the answer is checked again. */
const VALIDATE_DELAY = 150;

/** What has to be seen: the attachments, and of an answer that is judged what the editor does not draw. */
function neededParts<P, D extends object, R>(
  model: EditorModel<P, D, R>,
  params: P,
  media: MediaContext,
  judged: D | null,
): NeededPart[] {
  const refs = model.shows?.(params) ?? media.items.map(({ ref }) => ref);
  const undrawn = judged === null ? [] : (model.undrawn?.(judged, params, media) ?? []);
  return [...attachmentParts([...new Set(refs)]), ...undrawn];
}

/** Creates the session of one open task. */
export function createSession<P, D extends object, R>(options: SessionOptions<P, D, R>): Session<P, D> {
  const { id, model, params, media, journal = null, mode = "edit" } = options;
  const start = options.restored ?? model.toDoc(params, options.response ?? null);
  const ui = makeStore(initialUiState(model.initialUi?.(params, start, mode) ?? {}));
  const history = createHistory<D>(start, {
    selection: {
      get: () => ui.getState().selection,
      set: (selection) => restoreSelection(ui, selection),
    },
  });
  const shown = createShown(neededParts(model, params, media, mode === "edit" ? null : start), options.seen);
  const issues = makeStore<readonly Issue[]>([]);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const validate = (): readonly Issue[] => {
    clearTimeout(timer);
    const found = model.validate(history.doc.getState(), params, ui.getState().mediaSize);
    issues.setState(found, true);
    return found;
  };
  const validateSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(validate, VALIDATE_DELAY);
  };

  const stopJournal = history.onChange((change) => {
    journal?.append(id, { patches: change.patches, doc: change.doc, docVersion: model.docVersion });
    validateSoon();
  });
  let knownSize: MediaSize | null = ui.getState().mediaSize;
  const stopSize = ui.subscribe(({ mediaSize }) => {
    if (mediaSize === knownSize) return;
    knownSize = mediaSize;
    validateSoon();
  });
  validate();

  const check = async (): Promise<readonly Issue[]> => {
    const service = model.checkedByServer ? options.service : null;
    const answer = model.toResponse(history.doc.getState(), params) as object;
    if (!service || isChecked(params as object, answer)) return validate();
    try {
      noteCheck(params as object, answer, await service.problems(answer));
    } catch (error) {
      console.warn("the answer could not be checked", error);
      return validate();
    }
    // It may have changed meanwhile: what is said has to be about what is there now.
    return check();
  };

  return {
    id,
    mode,
    params,
    doc: history.doc,
    ui,
    issues,
    history: history.state,
    media,
    shown,
    service: options.service ?? null,
    edit(label, fn, editOptions) {
      if (mode === "edit") history.edit(label, fn, editOptions);
    },
    gesture(label, onCancel) {
      if (mode !== "edit") throw new Error(`a session in mode "${mode}" cannot be changed`);
      return history.gesture(label, onCancel);
    },
    undo: history.undo,
    redo: history.redo,
    toResponse: () => model.toResponse(history.doc.getState(), params),
    validate,
    check,
    onChange: history.onChange,
    dispose() {
      clearTimeout(timer);
      history.cancelGesture();
      stopJournal();
      stopSize();
    },
  };
}

/**
 * Creates a session from what the journal still holds, else from `response`.
 *
 * @returns the session and whether unsent edits were restored, with their time (milliseconds since 1970).
 */
export async function openSession<P, D extends object, R>(
  options: SessionOptions<P, D, R>,
): Promise<{ session: Session<P, D>; restoredAt: number | null }> {
  const entry = (await options.journal?.read<D>(options.id)) ?? null;
  // A document written by another version of the editor cannot be read: the server's draft is newer anyway.
  const usable = entry !== null && entry.docVersion === options.model.docVersion ? entry : null;
  const session = createSession({ ...options, restored: usable?.doc ?? options.restored ?? null });
  return { session, restoredAt: usable?.savedAt ?? null };
}
