import { addMessages } from "../kit/i18n";
import type { AnyEditorModule } from "./contract";
import messages from "./messages.en.json";

export type * from "./contract";

addMessages(messages);

type Loader = () => Promise<AnyEditorModule>;

const LOADERS: Readonly<Record<string, Loader>> = {
  imageannotation: async () => (await import("./image")).imageEditor,
  categorization: async () => (await import("./categorization")).categorizationEditor,
};

/** Task types (wire slugs) that have an editor. */
export const EDITABLE_TYPES: readonly string[] = Object.keys(LOADERS);

export function hasEditor(type: string): boolean {
  return Object.hasOwn(LOADERS, type);
}

/**
 * Loads the editor of a task type; the code is fetched on the first call only.
 *
 * @param type task type slug as on the wire, e.g. `imageannotation`.
 * @throws {RangeError} when no editor exists for the type (ask `hasEditor` first).
 */
export async function loadEditor(type: string): Promise<AnyEditorModule> {
  const load = Object.hasOwn(LOADERS, type) ? LOADERS[type] : undefined;
  if (!load) throw new RangeError(`no editor for task type "${type}"`);
  return load();
}
