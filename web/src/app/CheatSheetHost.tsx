import { useStore } from "zustand";
import { CheatSheet } from "../kit/hotkeys/CheatSheet";
import { overlays } from "./overlays";

export function CheatSheetHost() {
  const opened = useStore(overlays, (state) => state.cheatSheet);
  return <CheatSheet opened={opened} onClose={() => overlays.setState({ cheatSheet: false })} />;
}
