import { describe, expect, it } from "vitest";
import { compare, rational, toDouble } from "../../src/base/rational.js";
import { fitBudget } from "../../src/curator/accounting/account.js";
import { openCurator, type Reservation } from "../../src/curator/index.js";
import { type Clique, cells } from "../../src/domain/clique.js";
import type { Domain } from "../../src/domain/column.js";
import type { Door } from "../../src/domain/door.js";
import { memoryEngine } from "../../src/engine/memory.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import { junctionTree, treeCells } from "../../src/synth/infer/junction-tree.js";
import { coarsen } from "../../src/synth/privbayes/coarsen.js";
import { firstPairs, nextColumns } from "../../src/synth/privbayes/parents.js";
import { measurePrivBayes } from "../../src/synth/privbayes/privbayes.js";
import { usefulCells } from "../../src/synth/privbayes/usefulness.js";
import { compress } from "../../src/synth/select/compress.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { categoricalDomain, randomTable } from "../support/tables.js";
import { seededNoise, zeroNoise } from "../support/test-noise.js";

interface Fit {
  readonly door: Door;
  readonly committed: PrivacyEvent[];
}

function curator(domain: Domain, table: EncodedTable, account: "zcdp" | "pure", epsilon: number, noise = zeroNoise()): Fit {
  const delta = account === "pure" ? 0 : 1e-9;
  const committed: PrivacyEvent[] = [];
  const reservation: Reservation = {
    fit: "fit-1",
    dataset: "d",
    account,
    price: fitBudget({ account, epsilon, delta }),
    epsilon,
    delta,
    commit: async ({ events }) => {
      committed.push(...events);
      return { ledger: { seq: 3, hash: "0".repeat(64) }, spentEpsilon: 0, capEpsilon: 3, capDelta: delta };
    },
    cancel: async () => undefined,
  };
  return { door: openCurator({ engine: memoryEngine(table), domain, reservation, noise, method: "privbayes", part: "all", shareLearned: 1 }), committed };
}

describe.each(["zcdp", "pure"] as const)("privbayes in a %s account", (account) => {
  const sizes = [3, 4, 2, 5, 3, 2];
  const domain = categoricalDomain(sizes);
  const table = randomTable(sizes, 20_000, "privbayes"); // each column hangs on the one before it

  it("finds the chain that the rows were drawn from, where there is no noise", async () => {
    const { door } = curator(domain, table, account, 20);
    const { noisy } = await measurePrivBayes(door, domain);
    const families = noisy.map(({ marginal }) => marginal.clique).filter((clique) => clique.length > 1);
    for (let c = 1; c < sizes.length; c += 1) expect(families.some((family) => family.includes(c - 1) && family.includes(c))).toBe(true);
  });

  it("spends at most what was reserved and all but a rounding of it, with real noise, each pick priced by its score's name", async () => {
    const { door, committed } = curator(domain, table, account, 1, seededNoise(account));
    const whole = door.left();
    await measurePrivBayes(door, domain);
    expect(compare(door.left(), rational(0))).toBeGreaterThanOrEqual(0);
    expect(toDouble(door.left()) / toDouble(whole)).toBeLessThan(1e-6);
    await door.receipt();
    const picks = committed.filter((e) => e.type === "exponential");
    expect(picks.map((e) => [e.score, e.sensitivity])).toEqual(Array.from({ length: sizes.length - 1 }, () => ["product-l1-error", 1]));
    expect(new Set(committed.filter((e) => e.type !== "exponential").map((e) => e.type))).toEqual(new Set([account === "pure" ? "discrete-laplace" : "discrete-gaussian"]));
  });

  it("has families that are the cliques of their junction tree, none larger than is useful", async () => {
    const { door } = curator(domain, table, account, 3, seededNoise("tree"));
    const measured = await measurePrivBayes(door, domain);
    const families = measured.noisy.map(({ marginal }) => marginal.clique).filter((clique) => clique.length > 1);
    const sum = families.reduce((all, family) => all + cells(family, measured.sizes), 0);
    expect(treeCells(junctionTree(measured.sizes, families), measured.sizes)).toBe(sum);
    expect(new Set(families.flat()).size).toBe(sizes.length);
  });

  it("measures one-ways again with all that is left where not even two groups by two are useful", async () => {
    const few = randomTable(sizes, 20, "few");
    const { door } = curator(domain, few, account, 0.1, seededNoise("few"));
    const whole = door.left();
    const { noisy, tables } = await measurePrivBayes(door, domain);
    expect(noisy.map(({ marginal }) => marginal.clique.length)).toEqual(new Array(2 * sizes.length).fill(1));
    expect(tables.length).toBe(2 * sizes.length);
    expect(toDouble(door.left()) / toDouble(whole)).toBeLessThan(1e-6);
  });
});

describe("parents", () => {
  const sizes = [2, 3, 4, 2, 10];

  /** All non-empty subsets of a family, by brute force: those that fit and that nothing can be added to. */
  const maximal = (family: Clique, room: number): string[] => {
    const subsets = Array.from({ length: 2 ** family.length - 1 }, (_, i) => family.filter((_, b) => ((i + 1) >> b) & 1));
    const fits = subsets.filter((s) => cells(s, sizes) <= room);
    return fits.filter((s) => !fits.some((t) => t.length === s.length + 1 && s.every((c) => t.includes(c)))).map(String);
  };

  it.each([1, 4, 12, 24, 60, 1000])("are the maximal useful subsets of a family, %i cells", (room) => {
    const listed = nextColumns([[0, 1, 2]], sizes, room);
    for (const child of [3, 4]) expect(new Set(listed.filter((c) => c.child === child).map((c) => String(c.parents)))).toEqual(new Set(maximal([0, 1, 2], room / sizes[child])));
  });

  it("are fewer where there would be too many to count, yet single ones never lack", () => {
    const wide = new Array<number>(300).fill(2);
    const families = Array.from({ length: 150 }, (_, i) => Array.from({ length: 8 }, (_, k) => (i + k) % 150).sort((a, b) => a - b));
    const listed = nextColumns(families, wide, 2 ** 7);
    expect(Math.max(...listed.map((c) => c.parents.length))).toBe(1);
    expect(listed.length).toBe(150 * 150);
  });

  it("start from pairs that fit", () => {
    expect(firstPairs([2, 3, 4], 6)).toEqual([{ child: 1, parents: [0] }]);
  });
});

describe("usefulness and groups", () => {
  it("an average cell holds four times its mean absolute noise", () => {
    expect(usefulCells(10_000, { kind: "laplace", scale: rational(5) }, 3)).toBe(500);
    expect(usefulCells(10_000, { kind: "gaussian", sigma2: rational(100) }, 3)).toBe(Math.floor(10_000 / (4 * 7.978845608028654)));
    expect(usefulCells(1e12, { kind: "laplace", scale: rational(1) }, 2 ** 10)).toBe(2 ** 7);
  });

  it.each([2, 3, 5, 8])("groups are at most %i, a partition, neighbours where codes are ordered", (most) => {
    const counts = Float64Array.from({ length: 40 }, (_, i) => 500 + 37 * ((i * 7) % 11));
    for (const orderedUpTo of [40, 38, 0]) {
      const { groups, coarsening, counts: sums } = coarsen(compress({ counts, variance: 1, orderedUpTo }), orderedUpTo, most);
      expect(groups.length).toBeLessThanOrEqual(most);
      expect(coarsening.size).toBe(groups.length);
      expect(groups.flat().sort((a, b) => a - b)).toEqual([...counts.keys()]);
      groups.forEach((codes, g) => {
        expect(codes.every((code) => coarsening.of[code] === g)).toBe(true);
        expect(sums[g]).toBe(codes.reduce((s, c) => s + counts[c], 0));
        if (codes.every((code) => code < orderedUpTo)) expect(Math.max(...codes) - Math.min(...codes)).toBe(codes.length - 1);
      });
      if (orderedUpTo === 40) for (const codes of groups) expect(Math.abs(codes.length / (40 / groups.length) - 1)).toBeLessThan(0.5); // even mass
    }
  });
});
