import { describe, expect, it } from "vitest";
import { emailsIn } from "./emails";

describe("emailsIn", () => {
  it("finds each address once in whatever was pasted", () => {
    const pasted = 'Ann Lee <Ann@example.org>, bo@example.org;\n"Cy" <cy@example.org>\nann@example.org  ';
    expect(emailsIn(pasted)).toEqual(["ann@example.org", "bo@example.org", "cy@example.org"]);
  });

  it("keeps what looks wrong for the server to name, and drops words", () => {
    expect(emailsIn("team of three: x@, @y")).toEqual(["x@", "@y"]);
    expect(emailsIn("")).toEqual([]);
  });
});
