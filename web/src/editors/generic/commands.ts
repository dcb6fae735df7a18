import type { Command, Session } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import type { GenericDoc, GenericParams } from "./model";

export type GenericSession = Session<GenericParams, GenericDoc>;
type GenericCommand = Command<GenericDoc, GenericParams>;

/** Which attachment is shown: the view's `selection` holds its reference. */
export function shownAttachment({ ui, media }: GenericSession): number {
  const [ref] = ui.getState().selection;
  return Math.max(
    0,
    media.items.findIndex((item) => item.ref === ref),
  );
}

export function showAttachment(session: GenericSession, index: number): void {
  const item = session.media.items[index];
  if (item) session.ui.setState({ selection: [item.ref] });
}

function command(
  group: string,
  id: string,
  keys: readonly string[],
  rest: Omit<GenericCommand, "id" | "title" | "group" | "keys">,
): GenericCommand {
  return {
    id: `generic.${id}`,
    get title() {
      return t(`generic.command.${group}.${id}`);
    },
    get group() {
      return t(`generic.group.${group}`);
    },
    keys,
    ...rest,
  };
}

/** Everything the generic editor can do. */
export const commands: readonly GenericCommand[] = [
  command("attachment", "next", ["]", "Shift+ArrowRight"], {
    when: ({ media }) => media.items.length > 1,
    run: (session) => showAttachment(session, shownAttachment(session) + 1),
  }),
  command("attachment", "previous", ["[", "Shift+ArrowLeft"], {
    when: ({ media }) => media.items.length > 1,
    run: (session) => showAttachment(session, shownAttachment(session) - 1),
  }),
  command("view", "json", ["j"], {
    run: ({ ui }) => ui.setState({ tool: ui.getState().tool === "json" ? "form" : "json" }),
  }),
  command("view", "compare", ["d"], {
    run: ({ ui }) => ui.setState({ compare: ui.getState().compare === "after" ? "both" : "after" }),
  }),
  command("history", "undo", ["$mod+z"], { mutates: true, run: (session) => session.undo() }),
  command("history", "redo", ["$mod+Shift+z", "$mod+y"], {
    mutates: true,
    run: (session) => session.redo(),
  }),
];
