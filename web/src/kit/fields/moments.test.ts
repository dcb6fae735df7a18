import { expect, it } from "vitest";
import { isZoneless, offsetText, pickedMoment, shownDay, shownMoment, zoneText } from "./moments";

it("f04: a picked moment is the same moment when it is shown again", () => {
  for (const text of ["2026-11-22T10:00", "2026-07-01T23:59:30", "1999-01-01T00:00"]) {
    const picked = pickedMoment(text) as string;
    expect(picked).toMatch(/[+-]\d\d:\d\d$/);
    expect(shownMoment(picked)).toBe(text);
    expect(new Date(picked).getTime()).toBe(new Date(text).getTime());
  }
});

it("f04: moments of other zones, and of none, are shown in this one", () => {
  const moment = Date.parse("2026-11-22T10:00:00Z");
  for (const text of ["2026-11-22T10:00:00Z", "2026-11-22T12:00+02:00", "2026-11-22T10:00:00"])
    expect(new Date(shownMoment(text)).getTime()).toBe(moment);
  expect(isZoneless("2026-11-22T10:00:00")).toBe(true);
  expect(isZoneless("2026-11-22T10:00:00Z")).toBe(false);
  expect(isZoneless("2026-11-22")).toBe(false);
});

it("f04: days stay days", () => {
  expect(shownDay("2026-11-22")).toBe("2026-11-22");
  expect(shownMoment("2026-11-22")).toBe("2026-11-22T00:00");
  expect(shownDay(undefined)).toBe("");
  expect(shownMoment("soon")).toBe("");
  expect(pickedMoment("")).toBeUndefined();
});

it("f04: the zone is said with its offset at that moment", () => {
  expect(zoneText("2026-11-22T10:00:00Z")).toBe(
    `${new Intl.DateTimeFormat().resolvedOptions().timeZone}, UTC${offsetText(new Date("2026-11-22T10:00:00Z"))}`,
  );
});
