import { Kbd } from "@mantine/core";
import "../ui/kit.css";
import { keyCaps } from "./keyLabel";

/** Keys as drawn caps. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="lw-keys">
      {keyCaps(keys).map((cap) => (
        <Kbd key={cap} size="xs">
          {cap}
        </Kbd>
      ))}
    </span>
  );
}
