import { describe, expect, it } from "vitest";
import { partsOf } from "./parts";

describe("partsOf", () => {
  it("f03: names each part that no editor draws once", () => {
    expect(partsOf(["imageannotation/polygon", "imageannotation/links"])).toBe("polygon, links");
    expect(partsOf(["multistage/lidarlinking", "lidarlinking"])).toBe("lidarlinking");
    expect(partsOf([])).toBe("");
  });
});
