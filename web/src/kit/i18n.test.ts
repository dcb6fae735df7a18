import { i18n } from "@lingui/core";
import { expect, test } from "vitest";
import { addMessages, t } from "./i18n";
import messages from "./messages.en.json";

test("texts fill in their values and plurals", () => {
  expect(t("kit.issues.title", { count: 1 })).toBe("1 problem");
  expect(t("kit.issues.title", { count: 3 })).toBe("3 problems");
  expect(t("kit.keys.taken", { keys: "B", title: "Draw boxes" })).toBe("B is used by: Draw boxes");
});

test("an unknown id is shown as it is, a known one keeps its first text", () => {
  expect(t("kit.no.such.text")).toBe("kit.no.such.text");
  addMessages({ "test.added": "added {what}", "kit.close": "other" });
  expect(t("test.added", { what: "now" })).toBe("added now");
  expect(t("kit.close")).toBe(messages["kit.close"]);
});

test("a catalogue of another language wins over the English default", () => {
  i18n.load("de", { "kit.close": "Schließen" });
  i18n.activate("de");
  expect(t("kit.close")).toBe("Schließen");
  expect(t("kit.keys.title")).toBe("Keys");
  i18n.loadAndActivate({ locale: "en", messages: {} });
});
