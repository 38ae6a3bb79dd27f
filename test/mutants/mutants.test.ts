import { describe, expect, it } from "vitest";
import { FAST_MUTANTS } from "./catalogue.js";

describe.each(FAST_MUTANTS.map((m) => [`${m.id} (${m.by})`, m] as const))("mutant %s", (_name, mutant) => {
  it("is caught", async () => {
    expect(await mutant.caught()).toBe(true);
  });

  it("and the honest wiring is spared", async () => {
    expect(await mutant.spared()).toBe(true);
  });
});
