import { describe, expect, it } from "vitest";
import { MEASURES } from "../../src/app/trial-fits.js";
import { canaryScores, drawCanaries, withCanaries } from "../../src/audit/empirical/canaries.js";
import { guess, oneRunEpsilon } from "../../src/audit/empirical/one-run.js";
import { listenAt } from "../../src/audit/empirical/transcript.js";
import type { Noise } from "../../src/curator/index.js";
import type { Domain } from "../../src/domain/column.js";
import { memoryEngine } from "../../src/engine/memory.js";
import { countPlain } from "../../src/engine/plain.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { openDoor } from "../support/open-door.js";
import { randomTable } from "../support/tables.js";
import { seededAsSecure, seededNoise, zeroNoise } from "../support/test-noise.js";

const table = randomTable([60, 300, 5, 40], 800, "twin");
const CANARIES = 200;
const GUESSES = 40;

async function correct(real: EncodedTable, noise: Noise, seed: string): Promise<number> {
  const drawn = drawCanaries(real.domain, CANARIES, seededAsSecure(seed));
  const { door } = openDoor(withCanaries(real, drawn), noise, { epsilon: 1 });
  const listened = listenAt(door);
  await MEASURES.independent(listened.door, real.domain);
  return guess(await canaryScores(listened.transcript, memoryEngine(real, 1), real.domain, drawn), drawn.included, GUESSES);
}

describe("canaries", () => {
  it("are put in where their coin says so, each with all the rows that a unit may have, and no real row is moved", () => {
    for (const maxRows of [1, 3]) {
      const domain: Domain = { ...table.domain, maxRows };
      const drawn = drawCanaries(domain, CANARIES, seededAsSecure("coins"));
      const joined = withCanaries({ ...table, domain }, drawn);
      const inside = drawn.included.reduce((sum, bit) => sum + bit, 0);
      expect(joined.rows).toBe(table.rows + maxRows * inside);
      domain.columns.forEach((_, c) => {
        const [before, after] = [countPlain(table, [c]).counts, countPlain(joined, [c]).counts];
        drawn.codes[c].forEach((code, i) => {
          before[code] += maxRows * drawn.included[i];
        });
        expect([...after]).toEqual([...before]);
      });
    }
  });

  it("have fair coins and codes that the columns have", () => {
    const { codes, included } = drawCanaries(table.domain, 4000, seededAsSecure("fair"));
    // 4 standard errors of a fair coin: false alarm 6e-5
    expect(Math.abs(included.reduce((sum, bit) => sum + bit, 0) - 2000)).toBeLessThan(127);
    codes.forEach((column, c) => {
      expect(Math.max(...column)).toBeLessThan(table.domain.columns[c].size);
    });
  });

  it("give a fit without noise away, and honest noise not", async () => {
    const exposed = await correct(table, zeroNoise(), "exposed");
    expect(oneRunEpsilon({ canaries: CANARIES, guesses: GUESSES, correct: exposed }, 1e-9, 1e-3)).toBeGreaterThan(1);
    const hidden = await correct(table, seededNoise("honest"), "hidden");
    expect(oneRunEpsilon({ canaries: CANARIES, guesses: GUESSES, correct: hidden }, 1e-9, 1e-3)).toBeLessThan(1);
  });

  it("prove the least for few of them, and never ε below 0", async () => {
    expect(oneRunEpsilon({ canaries: 10, guesses: 2, correct: 2 }, 1e-9, 1e-3)).toBe(0);
    expect(oneRunEpsilon({ canaries: 10, guesses: 10, correct: 0 }, 0, 0.05)).toBe(0);
  });
});
