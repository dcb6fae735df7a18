import { addMessages } from "../kit/i18n";
import type { AnyEditorModule } from "./contract";
import messages from "./messages.en.json";

export type * from "./contract";

addMessages(messages);

type Loader = () => Promise<AnyEditorModule>;

const LOADERS: Readonly<Record<string, Loader>> = {
  imageannotation: async () => (await import("./image")).imageEditor,
  categorization: async () => (await import("./categorization")).categorizationEditor,
  ...Object.fromEntries(
    ["chat", "chatexperimental", "chatlite", "multichat"].map((type): [string, Loader] => [
      type,
      async () => (await import("./chat")).chatEditor(type),
    ]),
  ),
};

/** Task types (wire slugs) that have an editor of their own. */
export const OWN_EDITORS: readonly string[] = Object.keys(LOADERS);

/**
 * Loads the editor of a task type: its own, else the generic one. The code is fetched on the first call only.
 *
 * @param type task type slug as on the wire, e.g. `imageannotation`.
 */
export async function loadEditor(type: string): Promise<AnyEditorModule> {
  const load = Object.hasOwn(LOADERS, type) ? LOADERS[type] : undefined;
  return load ? load() : (await import("./generic")).genericEditor(type);
}
