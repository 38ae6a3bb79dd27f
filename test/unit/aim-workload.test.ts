import { describe, expect, test } from "vitest";
import { rational } from "../../src/base/rational.js";
import type { Noise } from "../../src/curator/mechanism/noise.js";
import { cells, subsets } from "../../src/domain/clique.js";
import { candidatesOf } from "../../src/synth/aim/workload.js";
import { jointCells } from "../support/brute-force.js";
import { openDoor } from "../support/open-door.js";
import { categoricalDomain, sharedCodes } from "../support/tables.js";
import { zeroNoise } from "../support/test-noise.js";

describe("AIM's candidates", () => {
  test("all pairs: every pair and every column, a pair informing twice as much as a column", () => {
    for (const d of [2, 3, 14]) {
      const candidates = candidatesOf(subsets(d, 2));
      expect(candidates.map((c) => c.clique)).toEqual([...subsets(d, 1), ...subsets(d, 2)]);
      expect(candidates.map((c) => c.weight)).toEqual(candidates.map((c) => c.clique.length));
    }
  });

  test.each([[[[0, 1, 2]]], [[[0, 1, 2], [1, 3], [3]]], [[[2], [4]]]])("%j: all subsets, weights in proportion to the overlap with the workload", (workload: number[][]) => {
    const candidates = candidatesOf(workload);
    const columns = [...new Set(workload.flat())].sort((a, b) => a - b);
    const all = [1, 2, 3].flatMap((k) => subsets(columns.length, k).map((at) => at.map((i) => columns[i])));
    expect(candidates.map((c) => c.clique)).toEqual(all.filter((clique) => workload.some((s) => clique.every((c) => s.includes(c)))));
    const overlaps = candidates.map(({ clique }) => workload.reduce((sum, s) => sum + s.filter((c) => clique.includes(c)).length, 0));
    candidates.forEach(({ weight }, i) => {
      expect(Number.isInteger(weight) && weight > 0).toBe(true);
      expect(weight * overlaps[0]).toBe(overlaps[i] * candidates[0].weight);
    });
  });
});

describe("sensitivity of the weighted score", () => {
  const SIZES = [2, 2, 3];
  const joint = [...jointCells(SIZES)];
  const candidates = candidatesOf([[0, 1], [1, 2], [0, 2], [2]]).map(({ clique, weight }, i) => ({
    clique,
    weight,
    estimate: Float64Array.from({ length: cells(clique, SIZES) }, (_, cell) => ((cell * 7 + i * 3) % 5) / 3),
    handicap: 1.25 * i,
  }));

  interface Asked {
    readonly scores: readonly bigint[];
    readonly sensitivity: bigint;
  }

  /** Scores and sensitivity as the exponential mechanism gets them from a real curator, for one table. */
  async function ask(rows: readonly number[], maxRows: number): Promise<Asked> {
    const codes = SIZES.map((size, c) => {
      const column = sharedCodes(size, rows.length);
      rows.forEach((cell, row) => {
        column[row] = joint[cell][c];
      });
      return column;
    });
    let seen: Asked | undefined;
    const picker: Noise["picker"] = (scores, eta, sensitivity) => {
      seen = { scores, sensitivity };
      return zeroNoise().picker(scores, eta, sensitivity);
    };
    const domain = { ...categoricalDomain(SIZES), maxRows };
    const { door } = openDoor({ domain, rows: rows.length, codes, unitCount: rows.length }, { ...zeroNoise(), picker });
    await door.select({ score: "marginal-l1-error", candidates, eta: rational(1n, 1000n) });
    return seen as unknown as Asked;
  }

  test.each([1, 2])("no unit of %i rows moves any score by more than what the mechanism is told, and some unit does: all tables of up to two rows", async (maxRows) => {
    expect(new Set(candidates.map((c) => c.weight)).size).toBeGreaterThan(1);
    const known = new Map<string, Asked>();
    for (let rows = 0; rows <= 2 + maxRows; rows += 1) for (const table of multisets(joint.length, rows)) known.set(table.join(), await ask(table, maxRows));
    let worst = 0n;
    for (const [key, before] of known) {
      const table = key === "" ? [] : key.split(",").map(Number);
      if (table.length > 2) continue;
      for (const unit of [1, maxRows].flatMap((rows) => multisets(joint.length, rows))) {
        const after = known.get([...table, ...unit].sort((a, b) => a - b).join()) as Asked;
        after.scores.forEach((score, i) => {
          const moved = score > before.scores[i] ? score - before.scores[i] : before.scores[i] - score;
          if (moved > worst) worst = moved;
        });
        expect(after.sensitivity).toBe(before.sensitivity);
      }
    }
    expect(worst).toBe(known.get("")?.sensitivity);
  });
});

/** All ways to give `rows` rows one of `cells` cells each, order aside: cells ascending. */
function multisets(cells: number, rows: number, from = 0): number[][] {
  if (rows === 0) return [[]];
  return Array.from({ length: cells - from }, (_, i) => from + i).flatMap((cell) => multisets(cells, rows - 1, cell).map((rest) => [cell, ...rest]));
}
