import { i18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import kitMessages from "./messages.en.json";

type Compiled = ReturnType<typeof compileMessage>;

const defaults = new Map<string, string>(Object.entries(kitMessages));
const compiled = new Map<string, Compiled>();

/** Compiles an ICU message once; lingui itself compiles on every call and only in development. */
function compileOnce(message: string): Compiled {
  let tokens = compiled.get(message);
  if (tokens === undefined) {
    tokens = compileMessage(message);
    compiled.set(message, tokens);
  }
  return tokens;
}

i18n.setMessagesCompiler(compileOnce);

/**
 * Adds English default texts. An id that is already known keeps its first text.
 *
 * @param messages message id -> ICU message.
 */
export function addMessages(messages: Readonly<Record<string, string>>): void {
  for (const [id, message] of Object.entries(messages)) if (!defaults.has(id)) defaults.set(id, message);
}

/**
 * The text of a message in the active language; English when the catalogue lacks it.
 *
 * @param id message id, e.g. `"kit.palette.search"`.
 * @param values values of the placeholders in the message.
 */
export function t(id: string, values?: Record<string, unknown>): string {
  // Tests and throw-away pages use components without the app's language set-up.
  if (!i18n.locale) i18n.loadAndActivate({ locale: "en", messages: {} });
  return i18n._(id, values, { message: defaults.get(id) ?? id });
}
