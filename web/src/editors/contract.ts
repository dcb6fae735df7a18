import type { ComponentType } from "react";
import type { Command, EditorModel, Mode, Overlay, Session } from "../kit/doc/types";
import type { MediaContext } from "../kit/media/context";

export type {
  Change,
  Command,
  EditorModel,
  Gesture,
  Issue,
  MediaSize,
  Mode,
  Overlay,
  ReadonlyStore,
  Session,
  Store,
  UiState,
} from "../kit/doc/types";
export type { MediaContext, MediaItem } from "../kit/media/context";

export interface EditorProps<P, D> {
  session: Session<P, D>;
  mode: Mode;
  /** Drawn in `review` and `view`: differences to an earlier answer. */
  overlay?: Overlay<D> | undefined;
  /** False while the editor is kept mounted in the background: it then binds no keys. Default true. */
  active?: boolean;
}

/** Everything the work screen knows about a task-type family: params `P`, document `D`, response `R`. */
export interface EditorModule<P, D, R> extends EditorModel<P, D, R> {
  /** Fetches and decodes the attachments into the caches; touches no visible DOM; ends early when aborted. */
  prefetch(params: P, media: MediaContext): Promise<void>;
  commands: readonly Command<D, P>[];
  /** Brings a part into view that was not on the screen yet: an attachment by its reference, or an undrawn part. */
  reveal?(session: Session<P, D>, key: string): void;
  Editor: ComponentType<EditorProps<P, D>>;
}

/** An editor of unknown params, as the work screen handles it. */
// oxlint-disable-next-line typescript/no-explicit-any -- the registry erases the three type parameters
export type AnyEditorModule = EditorModule<any, any, any>;
