import { expect, test } from "vitest";
import { displayOf, labelKeys, labelRows, type LabelOption, leavesOf } from "./labels";
import { LABEL_COLORS, LABEL_DASHES, labelStyle, UNKNOWN_STYLE } from "./palette";
import { newUuid } from "./uuid";

const options: LabelOption[] = [
  "Car",
  {
    choice: "wheels",
    display: "Two wheels",
    subchoices: [
      "Bicycle",
      { choice: "m", display: "Motorcycle", subchoices: [{ choice: "trial" }, "cross"] },
    ],
  },
  { choice: "bus", display: "Bus or coach", description: "public" },
];

test("only leaves are choosable, with their folders", () => {
  expect(leavesOf(options).map(({ choice, folders }) => [choice, folders.join("/")])).toEqual([
    ["Car", ""],
    ["Bicycle", "Two wheels"],
    ["trial", "Two wheels/Motorcycle"],
    ["cross", "Two wheels/Motorcycle"],
    ["bus", ""],
  ]);
  expect(leavesOf(undefined)).toEqual([]);
  expect(displayOf(leavesOf(options), "bus")).toBe("Bus or coach");
  expect(displayOf(leavesOf(options), "gone")).toBe("gone");
});

test("rows show each folder once and keep a leaf's number while searching", () => {
  const leaves = leavesOf(options);
  const text = (query: string) =>
    labelRows(leaves, query).map((row) =>
      row.kind === "folder" ? `[${row.title}]` : `${row.index} ${row.leaf.display}`,
    );
  expect(text("")).toEqual([
    "0 Car",
    "[Two wheels]",
    "1 Bicycle",
    "[Motorcycle]",
    "2 trial",
    "3 cross",
    "4 Bus or coach",
  ]);
  expect(text("two cr")).toEqual(["[Two wheels]", "[Motorcycle]", "3 cross"]);
  expect(text("COACH")).toEqual(["4 Bus or coach"]);
  expect(text("zzz")).toEqual([]);
});

test("3,000 labels are searched without trouble", () => {
  const leaves = leavesOf(Array.from({ length: 3000 }, (_, i) => `species ${i}`));
  expect(labelRows(leaves, "species 299").map((row) => row.kind === "leaf" && row.index)).toEqual([
    299, 1299, 2299, 2990, 2991, 2992, 2993, 2994, 2995, 2996, 2997, 2998, 2999,
  ]);
});

test("digits pick the first ten labels, Shift and digits the next ten", () => {
  expect([0, 8, 9, 10, 19, 20, -1].map((index) => labelKeys(index)[0] ?? null)).toEqual([
    "1",
    "9",
    "0",
    "Shift+Digit1",
    "Shift+Digit0",
    null,
    null,
  ]);
});

test("the first 32 labels look different, and neighbours differ in colour and dash", () => {
  const styles = Array.from({ length: 32 }, (_, i) => labelStyle(i));
  expect(new Set(styles.map(({ color, dash }) => `${color}:${dash}`)).size).toBe(32);
  styles.slice(1).forEach((style, i) => {
    expect(style.color).not.toBe(styles[i]?.color);
    expect(style.dash).not.toBe(styles[i]?.dash);
  });
  expect(labelStyle(-1)).toBe(UNKNOWN_STYLE);
  expect(labelStyle(100).dash).toBeLessThan(LABEL_DASHES.length);
});

/** Relative luminance after WCAG 2.2. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (channels[0] ?? 0) + 0.7152 * (channels[1] ?? 0) + 0.0722 * (channels[2] ?? 0);
}

test("every label colour keeps 3:1 against the dark outline under it", () => {
  for (const color of LABEL_COLORS) {
    expect((luminance(color) + 0.05) / (luminance("#0a0c10") + 0.05)).toBeGreaterThan(3);
  }
});

test("uuids are version 4 and differ", () => {
  const ids = Array.from({ length: 50 }, newUuid);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  expect(new Set(ids).size).toBe(50);
});
