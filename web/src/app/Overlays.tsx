import { lazy, Suspense, useEffect, useState } from "react";
import { useStore } from "zustand";
import { bindKeys, isTextField } from "../kit/hotkeys";
import { t } from "../kit/i18n";
import { dialogOpen } from "./actions";
import { connection } from "./connection";
import { overlays } from "./overlays";

const Palette = lazy(async () => ({ default: (await import("./Palette")).Palette }));
const CheatSheetHost = lazy(async () => ({ default: (await import("./CheatSheetHost")).CheatSheetHost }));
const UnsentDialog = lazy(async () => ({ default: (await import("../work/UnsentDialog")).UnsentDialog }));
const LoginDialog = lazy(async () => ({ default: (await import("./LoginDialog")).LoginDialog }));

/** True from the first time `wanted` is true: an overlay's code is loaded then and kept. */
function useOnce(wanted: boolean): boolean {
  const [once, setOnce] = useState(wanted);
  if (wanted && !once) setOnce(true);
  return once || wanted;
}

/** Ends typing, so that keys act again. */
function leaveField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** The overlays that every page has once somebody is logged in, and their keys. */
export function AppOverlays() {
  const { palette, cheatSheet, unsent } = useStore(overlays);
  const loggedOut = useStore(connection, (state) => state.loggedOut);
  const wants = {
    palette: useOnce(palette),
    cheatSheet: useOnce(cheatSheet),
    unsent: useOnce(unsent),
    login: useOnce(loggedOut),
  };
  useEffect(
    () =>
      bindKeys("app", [
        {
          id: "app.palette",
          title: t("app.palette.open"),
          group: t("app.palette.app"),
          keys: ["$mod+KeyK"],
          inFields: true,
          when: () => !dialogOpen(),
          run: () => overlays.setState({ palette: true }),
        },
        {
          id: "app.keys",
          title: t("app.keys.title"),
          group: t("app.palette.app"),
          keys: ["[Shift]+?"],
          when: () => !dialogOpen(),
          run: () => overlays.setState({ cheatSheet: true }),
        },
        {
          id: "app.leaveField",
          title: t("app.keys.leaveField"),
          group: t("app.palette.app"),
          keys: ["Escape"],
          when: () => !dialogOpen() && isTextField(document.activeElement),
          run: leaveField,
        },
      ]),
    [],
  );
  return (
    <Suspense fallback={null}>
      {wants.palette && <Palette />}
      {wants.cheatSheet && <CheatSheetHost />}
      {wants.unsent && <UnsentDialog />}
      {wants.login && <LoginDialog />}
    </Suspense>
  );
}
