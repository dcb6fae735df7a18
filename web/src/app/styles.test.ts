import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const styles = join(import.meta.dirname, "../../node_modules/@mantine/core/styles");
const list = readFileSync(join(import.meta.dirname, "mantine.css"), "utf8");
const sources = import.meta.glob<string>("../**/*.tsx", { query: "?raw", import: "default", eager: true });

/** Parts whose styles are those of the parts they are made of. */
const MADE_OF: Record<string, string[]> = {
  MultiSelect: ["Combobox", "PillsInput", "Pill", "Input", "ScrollArea", "Popover"],
  Select: ["Combobox", "Input", "ScrollArea", "Popover"],
  TextInput: ["Input"],
  Textarea: ["Input"],
  Modal: ["ModalBase", "Overlay", "CloseButton", "Paper"],
  Drawer: ["ModalBase", "Overlay", "CloseButton", "Paper"],
  Radio: ["InlineInput"],
  SegmentedControl: ["FloatingIndicator"],
  Checkbox: ["InlineInput"],
  Switch: ["InlineInput"],
};

describe("mantine.css", () => {
  it("has the styles of every Mantine part that is imported", () => {
    const parts = new Set<string>();
    for (const text of Object.values(sources)) {
      for (const [, names = ""] of text.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)) {
        for (const name of names.split(",").map((each) => each.trim())) {
          for (const part of [name, ...(MADE_OF[name] ?? [])]) parts.add(part);
        }
      }
    }
    expect(parts.size).toBeGreaterThan(20);
    const styled = [...parts].filter((part) => existsSync(join(styles, `${part}.css`)));
    expect(styled.filter((part) => !list.includes(`styles/${part}.css`)).sort()).toEqual([]);
  });
});
