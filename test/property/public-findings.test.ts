import fc from "fast-check";
import { expect, test } from "vitest";
import { countAnswers } from "../../src/audit/public/count.js";
import { publicQuestions } from "../../src/audit/public/questions.js";
import type { Domain } from "../../src/domain/column.js";
import { type EncodedTable, PART } from "../../src/table/encoded.js";
import { type Declared, domainOf, encode } from "../support/audit-tables.js";

const DECLARED: readonly Declared[] = [
  { name: "age", kind: "number", role: "quasi-identifier", bins: 5 },
  { name: "town", kind: "category", role: "quasi-identifier" },
  { name: "job", kind: "category", role: "quasi-identifier" },
  { name: "pay", kind: "number", bins: 4 },
  { name: "ill", kind: "category", role: "sensitive" },
];
const EVERY: string[][] = [0, 1, 2].flatMap((i) => [
  ["20", `t${i}`, `j${i}`, "100", `i${i % 2}`],
  ["80", `t${i}`, `j${i}`, "900", `i${i % 2}`],
]);
const DOMAIN: Domain = domainOf(DECLARED, EVERY);

const cell = fc.nat({ max: 5 });
const row = fc
  .tuple(cell, fc.nat(2), fc.nat(2), cell, fc.nat(1))
  .map(([age, town, job, pay, ill]) => [age === 5 ? "" : String(20 + 12 * age), `t${town}`, `j${job}`, String(100 + 160 * pay), `i${ill}`]);
const unit = fc.record({ rows: fc.array(row, { minLength: 1, maxLength: 3 }), part: fc.constantFrom(PART.train, PART.holdout, PART.reference) });
type Unit = { readonly rows: string[][]; readonly part: number };

function tableOf(units: readonly Unit[]): EncodedTable {
  const rows = units.flatMap((u) => u.rows);
  const owners = units.flatMap((u, i) => u.rows.map(() => i));
  return encode(DOMAIN, rows, { units: Uint32Array.from(owners), unitCount: units.length, parts: Uint8Array.from(units.flatMap((u) => u.rows.map(() => u.part))) });
}

test("one unit, with up to three rows, moves at most one cell of each question by one", () => {
  const questions = publicQuestions(DOMAIN);
  expect(questions.map((q) => q.id)).toEqual(["public-copies", "public-membership", "public-linkability", "public-inference-ill"]);
  let moved = 0;
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 8 }), fc.nat(), fc.array(row, { minLength: 1, maxLength: 12 }), fc.constantFrom(1, 0.5), fc.nat(3), (units, at, released, share, seed) => {
      const release = encode(DOMAIN, released);
      const count = (side: readonly Unit[]) => countAnswers(questions, tableOf(side), release, share, String(seed));
      const without = units.filter((_, i) => i !== at % units.length);
      const [more, less] = [count(units), count(without)];
      more.forEach((cells, q) => {
        const change = cells.reduce((sum, x, i) => sum + Math.abs(x - less[q][i]), 0);
        expect(change).toBeLessThanOrEqual(1);
        moved += change;
      });
    }),
    { seed: 5, numRuns: 400 },
  );
  expect(moved, "the test would see a change").toBeGreaterThan(300);
});

test("targets of a share of one are all units of both parts, and a smaller share is a part of them", () => {
  const units: Unit[] = Array.from({ length: 400 }, (_, i) => ({
    rows: [[String(20 + (i % 60)), `t${i % 3}`, `j${(i >> 2) % 3}`, String(100 + 2 * i), `i${i % 2}`]],
    part: i % 2 === 0 ? PART.train : PART.holdout,
  }));
  const release = encode(
    DOMAIN,
    units.slice(0, 50).flatMap((u) => u.rows),
  );
  const all = countAnswers(publicQuestions(DOMAIN), tableOf(units), release, 1, "s");
  for (const [a, b, c, d] of all) expect([a + b, c + d]).toEqual([200, 200]);
  // 50 released rows are copies: 25 of people learnt from, 25 of people held out
  expect(Array.from(all[0])).toEqual([25, 175, 25, 175]);
  const [[a, b, c, d]] = countAnswers(publicQuestions(DOMAIN), tableOf(units), release, 0.25, "s");
  // 100 of 400 expected; five standard deviations of a binomial are 43: a false alarm below 1e-6
  expect(Math.abs(a + b + c + d - 100)).toBeLessThan(43);
});
