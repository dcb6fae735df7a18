import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { bindKeys, isTextField } from "../kit/hotkeys";
import { t } from "../kit/i18n";
import { Later } from "../kit/ui/Later";
import { connection } from "./connection";
import { overlays } from "./overlays";

const loadPalette = async () => (await import("./Palette")).Palette;
const loadCheatSheet = async () => (await import("./CheatSheetHost")).CheatSheetHost;
const loadUnsent = async () => (await import("../work/UnsentDialog")).UnsentDialog;
const loadLogin = async () => (await import("./LoginDialog")).LoginDialog;

const NOTHING = {};
/** Milliseconds after which the overlays are loaded: once the server is out of reach it is too late. */
const LOAD_AFTER = 5_000;

/** False until the page has had the time to load what it shows. */
function useLater(): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), LOAD_AFTER);
    return () => clearTimeout(timer);
  }, []);
  return later;
}

/** Ends typing, so that keys act again. */
function leaveField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** The overlays that every page has once somebody is logged in, and their keys. */
export function AppOverlays() {
  const { palette, cheatSheet, unsent } = useStore(overlays);
  const later = useLater();
  const loggedOut = useStore(connection, (state) => state.loggedOut);
  useEffect(
    () =>
      bindKeys("app", [
        {
          id: "app.palette",
          title: t("app.palette.open"),
          group: t("app.palette.app"),
          keys: ["$mod+KeyK"],
          inFields: true,
          run: () => overlays.setState({ palette: true }),
        },
        {
          id: "app.keys",
          title: t("app.keys.title"),
          group: t("app.palette.app"),
          keys: ["[Shift]+?"],
          run: () => overlays.setState({ cheatSheet: true }),
        },
        {
          id: "app.leaveField",
          title: t("app.keys.leaveField"),
          group: t("app.palette.app"),
          keys: ["Escape"],
          when: () => isTextField(document.activeElement),
          run: leaveField,
        },
      ]),
    [],
  );
  return (
    <>
      <Later load={loadPalette} wanted={later || palette} props={NOTHING} />
      <Later load={loadCheatSheet} wanted={later || cheatSheet} props={NOTHING} />
      <Later load={loadUnsent} wanted={later || unsent} props={NOTHING} />
      <Later load={loadLogin} wanted={later || loggedOut} props={NOTHING} />
    </>
  );
}
