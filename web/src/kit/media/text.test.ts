import { expect, it, vi } from "vitest";
import { isUrl } from "../ui/AttachmentView";
import { decodeText, loadText } from "./text";

const TEXT = "Übergröße für Zoë: 20 €";

it("f11: a text is decoded by its byte order mark, else as UTF-8", () => {
  const utf16 = new Uint8Array([0xff, 0xfe, ...[...TEXT].flatMap((one) => [one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8])]);
  const big = new Uint8Array([0xfe, 0xff, ...[...TEXT].flatMap((one) => [one.charCodeAt(0) >> 8, one.charCodeAt(0) & 255])]);
  const utf8 = new TextEncoder().encode(TEXT);
  for (const bytes of [utf16, big, utf8, new Uint8Array([0xef, 0xbb, 0xbf, ...utf8])]) {
    expect(decodeText(bytes)).toBe(TEXT);
  }
});

it("f11: what is no text is an error, and never replacement characters", async () => {
  const cp1252 = new Uint8Array([0xdc, 0x62, 0x65, 0x72]);
  expect(() => decodeText(cp1252)).toThrow(TypeError);
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(cp1252)));
  await expect(loadText("/files/a", new AbortController().signal)).rejects.toThrow("format");
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("gone", { status: 404 })));
  await expect(loadText("/files/a", new AbortController().signal)).rejects.toThrow("404");
  vi.unstubAllGlobals();
});

it("f11: what the server fetches as a text is an address here, too", () => {
  const addresses = ["https://a.example/x", "HTTP://a.example", "az://box/x", "abfss://box/x", "gs://box/x", "file:///a/b"];
  for (const one of [...addresses, "scaledata://a/b"]) expect(isUrl(one)).toBe(true);
  for (const one of ["s3://box/a b", "See https://a.example/x", "https://a.example\nis a text", "a text", ""]) {
    expect(isUrl(one)).toBe(false);
  }
});
