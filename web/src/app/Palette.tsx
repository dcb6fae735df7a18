import { Spotlight, spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { useStore } from "zustand";
import { Keys } from "../kit/hotkeys/Keys";
import { t } from "../kit/i18n";
import { IconSearch } from "./icons";
import { logOut } from "./logOut";
import { NAV_ITEMS } from "./navigation";
import { overlays, type PaletteAction } from "./overlays";
import { mayOpen } from "./permissions";
import { useUser } from "./session";

/** Everything the app can do, found by typing: pages, and what the open page offers. */
export function Palette() {
  const opened = useStore(overlays, (state) => state.palette);
  useEffect(() => {
    if (opened) spotlight.open();
  }, [opened]);
  const actions = useActions(opened);
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      attributes={{ content: { "aria-label": t("app.palette.open") } }}
      nothingFound={t("app.palette.nothing")}
      searchProps={{ leftSection: <IconSearch />, placeholder: t("app.palette.search") }}
      onSpotlightClose={() => overlays.setState({ palette: false })}
      transitionProps={{ duration: 0 }}
      scrollable
      maxHeight={420}
    />
  );
}

function useActions(opened: boolean): SpotlightActionGroupData[] {
  const user = useUser();
  const router = useRouter();
  const pageActions = useStore(overlays, (state) => state.pageActions);
  return useMemo(() => {
    if (!opened) return [];
    const groups = new Map<string, SpotlightActionGroupData["actions"]>();
    const add = (group: string, action: SpotlightActionGroupData["actions"][number]) =>
      groups.set(group, [...(groups.get(group) ?? []), action]);
    for (const action of pageActions.filter(({ when }) => when())) add(action.group, lineOf(action));
    for (const { area, to } of NAV_ITEMS.filter((item) => mayOpen(user.role, item.area))) {
      add(t("app.palette.goTo"), {
        id: `go.${area}`,
        label: t(`app.nav.${area}`),
        onClick: () => void router.navigate({ to }),
      });
    }
    const app = t("app.palette.app");
    add(app, {
      id: "app.account",
      label: t("app.account"),
      onClick: () => void router.navigate({ to: "/account" }),
    });
    add(app, {
      id: "app.keys",
      label: t("app.keys.title"),
      onClick: () => overlays.setState({ cheatSheet: true }),
    });
    add(app, {
      id: "app.unsent",
      label: t("work.unsent.title"),
      onClick: () => overlays.setState({ unsent: true }),
    });
    add(app, { id: "app.logOut", label: t("app.logOut"), onClick: () => void logOut() });
    return [...groups].map(([group, actions]) => ({ group, actions }));
  }, [opened, pageActions, user.role, router]);
}

function lineOf({ id, title, keys, run }: PaletteAction): SpotlightActionGroupData["actions"][number] {
  return {
    id,
    label: title,
    onClick: run,
    ...(keys.length > 0 ? { rightSection: <Keys keys={keys} /> } : {}),
  };
}
