import { describe, expect, it } from "vitest";
import { type Connection, noteBuild } from "./connection";

const state = (build: string | null, newBuild: string | null = null): Connection => ({
  build,
  newBuild,
  loggedOut: false,
});

describe("noteBuild", () => {
  it("takes the first build as its own and a later one as news", () => {
    expect(noteBuild(state(null), "1")).toEqual({ build: "1" });
    expect(noteBuild(state("1"), "1")).toEqual({});
    expect(noteBuild(state("1"), "2")).toEqual({ newBuild: "2" });
    expect(noteBuild(state("1", "2"), "2")).toEqual({});
  });

  it("takes the news back after a roll-back", () => {
    expect(noteBuild(state("1", "2"), "1")).toEqual({ newBuild: null });
  });
});
