import { Kbd } from "@mantine/core";
import "../ui/kit.css";
import { useHotkeys } from "./index";
import { capsOf } from "./keyLabel";

/** The caps to press for a command on this keyboard; empty when none of its keys can be typed. */
export function useCaps(keys: readonly string[]): readonly string[] {
  return capsOf(useHotkeys(), keys) ?? [];
}

/** Drawn caps. */
export function Caps({ caps }: { caps: readonly string[] }) {
  return (
    <span className="lw-keys">
      {caps.map((cap) => (
        <Kbd key={cap} size="xs">
          {cap}
        </Kbd>
      ))}
    </span>
  );
}

/** The keys of a command as drawn caps. */
export function Keys({ keys }: { keys: readonly string[] }) {
  return <Caps caps={useCaps(keys)} />;
}
