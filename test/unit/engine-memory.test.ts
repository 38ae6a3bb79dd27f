import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { subsets } from "../../src/domain/clique.js";
import { cover } from "../../src/engine/cover.js";
import { countLoop, countPasses, hasKernel } from "../../src/engine/kernel.js";
import { memoryEngine } from "../../src/engine/memory.js";
import { countPlain } from "../../src/engine/plain.js";
import { randomTable } from "../support/tables.js";

describe("memory engine", () => {
  test("the compiled kernel is there: build with `npm run build`", () => expect(hasKernel()).toBe(true));

  test("counts the same cells as the plain judge on any sizes and cliques", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 200 }),
        fc.array(fc.uniqueArray(fc.nat(5), { maxLength: 3 }), { maxLength: 12 }),
        async (sizes, rows, wanted) => {
          const table = randomTable(sizes, rows, `engine ${sizes.join()} ${rows}`);
          const cliques = wanted.map((w) => [...new Set(w.map((c) => c % sizes.length))].sort((a, b) => a - b));
          const counted = await memoryEngine(table).count(cliques);
          counted.forEach((m, i) => {
            expect(m.clique).toEqual(cliques[i]);
            expect([...m.counts]).toEqual([...countPlain(table, cliques[i]).counts]);
          });
        },
      ),
      { seed: 20, numRuns: 60 },
    );
  });

  test("holds on to no view whose tables it merged from full ones: thousands of fits of one table ask at views of their own", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const table = randomTable([4, 5, 6], 500, "views come and go");
    const engine = memoryEngine(table);
    const ask = async (): Promise<WeakRef<object>> => {
      const view = [{ size: 2, of: Uint32Array.from([0, 0, 1, 1]) }, undefined, undefined];
      await engine.count(subsets(3, 2), view);
      return new WeakRef(view);
    };
    const asked = await ask();
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    expect(asked.deref()).toBeUndefined();
  });

  test("counts the same cells at any view, asked again and again, of finer and coarser ones and of neither, as the plain judge on recoded columns", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 2, max: 12 }), { minLength: 2, maxLength: 5 }), fc.constantFrom(0, 20, 150), fc.nat(1000), async (sizes, rows, seed) => {
        const table = randomTable(sizes, rows, `views ${seed}`);
        const engine = memoryEngine(table);
        const cliques = [...subsets(sizes.length, 1), ...subsets(sizes.length, 2)];
        for (const coarse of [6, 3, 2, 4, 3]) {
          const view = sizes.map((size, c) => (c === 1 ? undefined : { size: coarse, of: Uint32Array.from({ length: size }, (_, code) => (code + seed) % coarse) }));
          const recoded = {
            ...table,
            codes: table.codes.map((codes, c) => codes.map((code) => view[c]?.of[code] ?? code)),
            domain: { ...table.domain, columns: table.domain.columns.map((column, c) => ({ ...column, size: view[c]?.size ?? column.size })) },
          };
          const counted = await engine.count(cliques, view);
          counted.forEach((m, i) => expect([...m.counts]).toEqual([...countPlain(recoded, cliques[i]).counts]));
        }
      }),
      { seed: 22, numRuns: 30 },
    );
  });

  test("the kernel agrees with its plain twin across block borders and on 16-bit codes", () => {
    const sizes = [300, 7, 2, 13];
    const table = randomTable(sizes, 70_001, "blocks");
    const passes = [
      { columns: [0, 1, 3], members: [] },
      { columns: [1, 2, 3], members: [] },
      { columns: [0], members: [] },
    ];
    const fast = countPasses(table.codes, sizes, passes, 3, 70_001);
    passes.forEach((pass, p) => expect([...fast[p]]).toEqual([...countLoop(table.codes, sizes, pass, 3, 70_001)]));
  });

  test("105 pairs of 15 columns take 35 passes, a Steiner triple system", () => {
    expect(cover(subsets(15, 2), new Array(15).fill(16))).toHaveLength(35);
  });

  test("every clique asked for is a member of exactly one pass that contains it", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 3, maxLength: 9 }), (sizes) => {
        const cliques = [[], ...subsets(sizes.length, 1), ...subsets(sizes.length, 2), ...subsets(sizes.length, 2)];
        const passes = cover(cliques, sizes);
        const seen = passes.flatMap((p) => p.members).sort((a, b) => a - b);
        expect(seen).toEqual(cliques.map((_, i) => i));
        for (const pass of passes) for (const m of pass.members) expect(cliques[m].every((c) => pass.columns.includes(c))).toBe(true);
      }),
      { seed: 21, numRuns: 50 },
    );
  });
});
