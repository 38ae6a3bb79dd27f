import fc from "fast-check";
import { expect, test } from "vitest";
import { chanceDistance, loneShares, tableDistance } from "../../src/audit/utility/distance.js";
import { countEach, partOf } from "../../src/audit/utility/part.js";
import { categoricalDomain, randomTable } from "../support/tables.js";
import { utilityOf } from "../support/utility.js";

/** Every way to draw m rows from the table's rows, each as likely: the definition, at a price of nᵐ. */
function byEnumeration(counts: readonly number[], m: number): number {
  const rows = counts.flatMap((count, cell) => new Array<number>(count).fill(cell));
  let [sum, draws] = [0, 0];
  const drawn = new Float64Array(counts.length);
  const go = (left: number): void => {
    if (left === 0) {
      draws += 1;
      counts.forEach((count, cell) => {
        sum += Math.abs(count / rows.length - drawn[cell] / m) / 2;
      });
      return;
    }
    for (const cell of rows) {
      drawn[cell] += 1;
      go(left - 1);
      drawn[cell] -= 1;
    }
  };
  go(m);
  return sum / draws;
}

test("the distance by chance is that of all draws with replacement", () => {
  const tables: [number[], number][] = [
    [[1], 3],
    [[2, 1], 1],
    [[3, 2, 1], 4],
    [[1, 1, 1, 1], 5],
    [[4, 0, 2], 5],
  ];
  for (const [counts, m] of tables) {
    const n = counts.reduce((a, b) => a + b, 0);
    expect(chanceDistance(n, m)(Float64Array.from(counts))).toBeCloseTo(byEnumeration(counts, m), 9);
  }
});

test("it stays finite and falls with the root of the rows in large tables", () => {
  const at = (m: number): number => chanceDistance(1_000_000, m)(Float64Array.of(500_000, 499_999, 1));
  expect(at(1_000_000) * 1000).toBeCloseTo(Math.sqrt(2 / Math.PI) * 0.5, 2); // E|X − m/2|/m → ½√(2/πm)
  expect(at(10_000) / at(1_000_000)).toBeCloseTo(10, 1);
});

test("shares in lone cells", () => {
  expect(loneShares(Float64Array.of(3, 1, 0), 4, Float64Array.of(4, 0, 4), 8)).toEqual([0.25, 0.5]);
  expect(tableDistance(Float64Array.of(3, 1, 0), 4, Float64Array.of(4, 0, 4), 8)).toBe(0.5);
});

// Cells by name in a map: no engine, no numbering. 300 codes a column make triples of 27 million cells, which are counted by what occurs.
test("counts of small and of large tables are those of a plain map", () => {
  fc.assert(
    fc.property(fc.constantFrom([3, 4, 5], [300, 300, 300], [70_000, 3, 2]), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 60 }), fc.nat(), (sizes, n, m, seed) => {
      const [a, b] = [randomTable(sizes, n, `a${seed}`), randomTable(sizes, m, `b${seed}`)];
      const domain = categoricalDomain(sizes, [false, false, false]);
      const parts = [a, b].map((table) => partOf({ ...table, domain }, null));
      const cliques = [[0], [0, 2], [0, 1, 2]];
      countEach(parts, sizes, cliques, (counts, i) => {
        const named = [a, b].map((table) => {
          const found = new Map<string, number>();
          for (let row = 0; row < table.rows; row += 1) {
            const key = cliques[i].map((c) => table.codes[c][row]).join();
            found.set(key, (found.get(key) ?? 0) + 1);
          }
          return found;
        });
        const keys = new Set([...named[0].keys(), ...named[1].keys()]);
        const pairs = [...keys].map((key) => `${named[0].get(key) ?? 0} ${named[1].get(key) ?? 0}`).sort();
        const ours = Array.from(counts[0], (count, cell) => `${count} ${counts[1][cell]}`)
          .filter((pair) => pair !== "0 0")
          .sort();
        expect(ours).toEqual(pairs);
      });
    }),
    { seed: 5, numRuns: 30 },
  );
});

test("the train part itself stands nearer than chance; a second sample of it at chance; the order of rows does not matter", async () => {
  const sizes = [6, 9, 4];
  const domain = categoricalDomain(sizes, [false, false, false]);
  const made = (rows: number, seed: string) => ({ ...randomTable(sizes, rows, seed), domain });
  const real = made(2000, "real");
  const [copy, fresh] = [await utilityOf(real, real), await utilityOf(real, made(2000, "fresh"))];
  for (const { release, chance } of copy.similarity) expect([release, (chance as number) > 0]).toEqual([0, true]);
  // Both samples are noisy, one around the other: √2 of chance. Each mean over three pairs has a deviation of some 7 %; the band is three of them.
  for (const { release, chance } of fresh.similarity.slice(1)) {
    const ratio = (release as number) / (chance as number) / Math.SQRT2;
    expect(Math.abs(ratio - 1)).toBeLessThan(0.21);
  }
  const turned = { ...real, codes: real.codes.map((column) => column.slice().reverse()) };
  expect((await utilityOf(turned, made(2000, "fresh"))).similarity).toEqual(fresh.similarity);
});
