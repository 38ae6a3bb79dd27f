import { describe, expect, test } from "vitest";
import { membershipDensityAttack } from "../../src/audit/attacks/membership-density.js";
import { membershipShadowAttack } from "../../src/audit/attacks/membership-shadow.js";
import { modelScores, whiteBoxScores } from "../../src/audit/attacks/membership-white-box.js";
import { mostExposed } from "../../src/audit/attacks/most-exposed.js";
import { firstTwo, isolates, type Query, queryTable } from "../../src/audit/attacks/query.js";
import { shadowTargetsAttack } from "../../src/audit/attacks/shadow-targets.js";
import { multivariateQueries } from "../../src/audit/attacks/singling-out-queries.js";
import { auditContext, type NoisyTable, type ShadowFit } from "../../src/audit/context.js";
import { seededBits } from "../../src/base/random.js";
import { selectRows } from "../../src/table/split/select.js";
import { type Declared, domainOf, encode } from "../support/audit-tables.js";

const declared: readonly Declared[] = [
  { name: "age", kind: "number" },
  { name: "town", kind: "category" },
  { name: "job", kind: "category" },
];

function people(n: number, seed: string): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: n }, () => {
    const town = bits.below(7);
    return [bits.uniform() < 0.03 ? "" : `${20 + bits.below(60)}`, `t${town}`, bits.uniform() < 0.5 ? `j${town}` : `j${bits.below(7)}`];
  });
}

const [train, holdout, reference, fresh] = ["train", "holdout", "reference", "fresh"].map((seed) => people(400, seed));
const rows = [...train, ...holdout, ...reference];
const domain = domainOf(declared, [...rows, ...fresh]);
const parts = Uint8Array.from(rows, (_, i) => (i < 400 ? 0 : i < 800 ? 1 : 2));
const contextOf = (release: string[][], shadowFit: ShadowFit | null = null) =>
  auditContext({
    real: encode(domain, rows, { parts }),
    release: encode(domain, release),
    cliques: [
      [0, 1],
      [1, 2],
    ],
    ceiling: null,
    seed: "s",
    targets: 400,
    shadowFit,
  });

describe("descriptions", () => {
  const real = encode(domain, rows);
  const all = Uint32Array.from(rows, (_, i) => i);
  const table = queryTable(real, all);
  /** The condition as a reader of the file would check it. */
  const plain = (query: Query, row: number): boolean =>
    query.every((condition) => {
      const cell = rows[row][condition.column];
      if (condition.kind === "missing") return cell === "";
      const value = condition.column === 0 ? Number(cell) : domain.columns[condition.column].labels?.indexOf(cell);
      if (cell === "" || value === undefined) return false;
      return condition.kind === "equal" ? value === condition.value : condition.kind === "at-least" ? value >= condition.value : value <= condition.value;
    });
  test("found ones are distinct and fit exactly one row, by a plain scan; so does the search by the rarest condition, for any", () => {
    const found = multivariateQueries(table, 3, 60, 1e6, seededBits("queries"));
    expect(found.length).toBeGreaterThan(10);
    expect(new Set(found.map((query) => JSON.stringify(query))).size).toBe(found.length);
    for (const query of found) {
      const fits = rows.flatMap((_, row) => (plain(query, row) ? [row] : []));
      expect(fits).toHaveLength(1);
      expect(isolates(query, table)).toBe(true);
      for (const part of [query.slice(0, 1), query.slice(1)]) {
        const wider = rows.flatMap((_, row) => (plain(part, row) ? [row] : []));
        expect(firstTwo(part, table)).toEqual([wider[0], wider[1] ?? Number.POSITIVE_INFINITY]);
        expect(isolates(part, table)).toBe(wider.length === 1);
      }
    }
  });
  test("where nothing can be singled out the search gives up", () => {
    const same = queryTable(
      encode(
        domain,
        Array.from({ length: 50 }, () => train[0]),
      ),
      all.subarray(0, 50),
    );
    expect(multivariateQueries(same, 2, 10, 1e5, seededBits("none"))).toEqual([]);
  });
});

describe("membership", () => {
  test("the white-box score is the sum written out by hand", () => {
    const real = encode(domain, rows);
    const size = domain.columns[1].size;
    const counts = Array.from({ length: size }, (_, code) => 30 + 7 * code);
    const tables: NoisyTable[] = [{ columns: [1], groups: [Uint32Array.from({ length: size }, (_, code) => code)], shape: [size], counts, variance: 9 }];
    const population = Uint32Array.from({ length: 400 }, (_, i) => 800 + i);
    const got = whiteBoxScores(tables, real, population, Uint32Array.of(0, 5));
    const n = counts.reduce((a, b) => a + b, 0);
    [0, 5].forEach((row, i) => {
      const code = real.codes[1][row];
      const expected = (n * (reference.filter((r) => r[1] === rows[row][1]).length + 0.5)) / (400 + size / 2);
      expect(got[i]).toBeCloseTo((counts[code] - expected) / (9 + expected), 12);
    });
  });

  test("the white-box score reads groups and parts: as a table of those cells would be read", () => {
    const real = encode(domain, rows);
    const [age, town] = domain.columns.map(({ size }) => size);
    const halves = [age, town].map((size) => Uint32Array.from({ length: size }, (_, code) => (code < size / 2 ? 0 : 1)));
    const population = Uint32Array.from({ length: 400 }, (_, i) => 800 + i);
    const parts = [0, 1, 1, 1]; // both low, or not
    const inParts: NoisyTable = { columns: [0, 1], groups: halves, shape: [2, 2], parts, counts: [70, 310], variance: 16 };
    const got = whiteBoxScores([inParts], real, population, Uint32Array.of(0, 5, 9));
    const partOf = (row: number): number => parts[2 * halves[0][real.codes[0][row]] + halves[1][real.codes[1][row]]];
    [0, 5, 9].forEach((row, i) => {
      const expected = (380 * ([...population].filter((r) => partOf(r) === partOf(row)).length + 0.5)) / (400 + 1);
      expect(got[i]).toBeCloseTo((inParts.counts[partOf(row)] - expected) / (16 + expected), 12);
    });
  });

  test("the model's log-ratio with the train part's own counts is the sum written out by hand", () => {
    const real = encode(domain, rows);
    const [a, b, c] = domain.columns.map((column) => column.size);
    const pair = (x: number, y: number, shape: number[]): NoisyTable => {
      const counts = new Float64Array(shape[0] * shape[1]);
      for (let row = 0; row < 400; row += 1) counts[real.codes[x][row] * shape[1] + real.codes[y][row]] += 1;
      return { columns: [x, y], groups: shape.map((size) => Uint32Array.from({ length: size }, (_, code) => code)), shape, counts, variance: 0 };
    };
    const population = Uint32Array.from({ length: 400 }, (_, i) => 800 + i);
    const cliques = [pair(0, 1, [a, b]), pair(1, 2, [b, c])];
    const got = modelScores({ cliques, refinements: [] }, real, population, 400, Uint32Array.of(3));
    const share = (from: number, columns: number[], cells: number): number => {
      let count = 0;
      for (let row = from; row < from + 400; row += 1) if (columns.every((k) => real.codes[k][row] === real.codes[k][3])) count += 1;
      return (count + 0.5) / (400 + cells / 2);
    };
    const ratio = (columns: number[], cells: number): number => Math.log(share(0, columns, cells) / share(800, columns, cells));
    expect(got[0]).toBeCloseTo(ratio([0, 1], a * b) + ratio([1, 2], b * c) - ratio([1], b), 9);
    // A refinement that says nothing new changes nothing.
    const one: NoisyTable = { columns: [1], groups: [cliques[0].groups[1]], shape: [b], counts: new Float64Array(b).fill(1), variance: 0 };
    expect(modelScores({ cliques, refinements: [{ fine: one, coarse: one }] }, real, population, 400, Uint32Array.of(3))[0]).toBeCloseTo(got[0], 9);
  });

  test("the density ratio is high for people who were copied, and says how many rows it looked at", () => {
    const [auc] = membershipDensityAttack(contextOf(train));
    expect(auc.estimate as number).toBeGreaterThan(0.6);
    expect(auc.note).toContain("400 released rows");
  });

  test("the most exposed are chosen by one threshold from both parts, and are the oddest", () => {
    const odd = (part: string[][], name: string): string[][] => part.map((row, i) => (i < 12 ? [`${300 + i}`, `${name}${i}`, `${name}${i}`] : row));
    const all = [...odd(train, "x"), ...odd(holdout, "y"), ...reference];
    const wide = domainOf(declared, all);
    const context = auditContext({
      real: encode(wide, Array.from({ length: 2 }, () => all).flat(), { parts: Uint8Array.from([...parts, ...parts]) }),
      release: encode(
        wide,
        fresh.filter(() => false),
      ),
      cliques: null,
      ceiling: null,
      seed: "s",
      targets: 100,
    });
    // 1 % of 1600 people are 16, too few for ten of either part
    expect(mostExposed(context).members).toHaveLength(0);
    const many = Array.from({ length: 4 }, () => all).flat();
    const exposed = mostExposed(
      auditContext({ real: encode(wide, many, { parts: Uint8Array.from(many, (_, i) => parts[i % 1200]) }), release: encode(wide, []), cliques: null, ceiling: null, seed: "s", targets: 100 }),
    );
    expect(exposed.members.length + exposed.others.length).toBe(32);
    for (const row of [...exposed.members, ...exposed.others]) expect(many[row][1]).toMatch(/^[xy]/);
  });
});

describe("shadow fits", () => {
  const real = encode(domain, rows, { parts });
  /** A generator that hands out its rows. */
  const copier: ShadowFit = async (of) => {
    const keep = new Uint8Array(rows.length);
    for (const row of of) keep[row] = 1;
    return {
      cliques: [
        [0, 1],
        [1, 2],
      ],
      release: selectRows(real, keep),
    };
  };
  /** A generator that learns nothing of anybody. */
  const honest: ShadowFit = async (of, seed) => ({ cliques: [[0], [1], [2]], release: encode(domain, people(of.length, seed)) });

  test("people of a copying generator are found in its releases, and not in those of one that learns nothing", async () => {
    const [found] = await shadowTargetsAttack(contextOf(train, copier));
    expect(found.estimate as number).toBeGreaterThan(0.75);
    const [none] = await shadowTargetsAttack(contextOf(fresh, honest));
    // 30 releases a side: the null standard error is .075; four of them, probability 3e-5
    expect(none.estimate as number).toBeLessThan(0.8);
  }, 60_000);

  test("the likelihood attack takes the cliques that the fits chose; without a generator there is no finding", async () => {
    const findings = await membershipShadowAttack(contextOf(train, copier));
    expect(findings.map((f) => f.id)).toEqual(["membership-likelihood-shadow", "membership-likelihood-shadow-tail", "membership-mama-shadow", "membership-mama-shadow-tail"]);
    expect(findings[0].note).toContain("2 cliques kept");
    expect(findings[0].estimate as number).toBeGreaterThan(0.6);
    expect(await membershipShadowAttack(contextOf(train))).toEqual([]);
  });
});
