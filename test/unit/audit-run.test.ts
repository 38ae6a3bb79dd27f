import { describe, expect, test } from "vitest";
import { runAudit } from "../../src/audit/run.js";
import { seededBits } from "../../src/base/random.js";
import { finding, utility } from "../../src/formats/report.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { domainOf, encode, permutation } from "../support/audit-tables.js";

const declared = [
  { name: "age", kind: "number" as const, role: "none" as const },
  { name: "town", kind: "category" as const },
  { name: "pay", kind: "number" as const, role: "quasi-identifier" as const },
  { name: "ill", kind: "category" as const, role: "sensitive" as const },
  { name: "rent", kind: "number" as const, role: "quasi-identifier" as const },
];

/** People of one population, with dependence and nulls. */
function people(n: number, seed: string): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: n }, () => {
    const age = 20 + bits.below(60);
    const town = bits.below(8);
    const pay = bits.uniform() < 0.05 ? "" : `${(1000 + age * 30 + town * 100 + bits.uniform() * 1500).toFixed(3)}`;
    return [`${age}`, `t${town}`, pay, bits.uniform() < age / 100 ? "yes" : "no", (300 + bits.uniform() * 700).toFixed(3)];
  });
}

const TRAIN = 900;
const rows = people(1800, "population");
const fresh = people(900, "fresh");
const domain = domainOf(declared, [...rows, ...fresh]);
const parts = Uint8Array.from(rows, (_, i) => (i < TRAIN ? 0 : i < 1500 ? 1 : 2));
const real = encode(domain, rows, { parts });
const audit = (table: EncodedTable, release: EncodedTable, seed = "s") =>
  runAudit({
    real: table,
    release,
    cliques: [
      [0, 2],
      [0, 3],
      [1, 2],
    ],
    ceiling: { rho: 0.015, epsilon: 1, delta: 1e-9 },
    seed,
    targets: 500,
  });

describe("runAudit", () => {
  test("an attack that is switched off makes no finding and is listed with its families", async () => {
    const { findings, switchedOff } = await runAudit({ real, release: encode(domain, fresh), cliques: null, ceiling: null, seed: "s", targets: 50, skip: ["linkability", "membership-mama"] });
    expect(switchedOff).toEqual([
      { name: "linkability", families: ["linkability"], why: "switched off by name" },
      { name: "membership-mama", families: ["membership"], why: "switched off by name" },
    ]);
    expect(findings.filter((f) => f.family === "linkability" || f.id.startsWith("membership-mama"))).toEqual([]);
    expect(findings.find((f) => f.id === "membership-suite")?.breakdown.map((line) => line.name)).not.toContain("Membership told by MAMA-MIA's score");
  });

  test("a release that is the train part fails every family that sees copies", async () => {
    const { findings } = await audit(real, encode(domain, rows.slice(0, TRAIN)));
    const lower = (id: string): number => {
      const { excess } = findings.find((f) => f.id === id) as (typeof findings)[number];
      return (excess?.estimate as number) - 3 * (excess?.standardError as number);
    };
    for (const id of ["copies", "closest-record", "membership-distance", "membership-distance-tail", "linkability", "inference-ill"]) expect(lower(id), id).toBeGreaterThan(0.05);
    expect(lower("membership-likelihood")).toBeGreaterThan(0.02);
  });

  // 45 findings, each beyond 4.5 standard errors with probability below 3.4e-6 (normal): false alarm below 1.6e-4.
  test("a fresh sample of the same population shows no excess", async () => {
    const { findings, utility: found, parts: sizes } = await audit(real, encode(domain, fresh));
    expect(sizes).toEqual({ train: 900, holdout: 600, reference: 300, release: 900, unit: "row" });
    const judged = findings.filter((f) => f.excess !== null);
    expect(judged.length).toBeGreaterThan(25);
    for (const f of judged) expect((f.excess?.estimate as number) / (f.excess?.standardError as number), f.id).toBeLessThan(4.5);
    // The suite's p-value is uniform here, and pays for all membership attacks: below 1e-3 with probability 1e-3.
    expect(findings.find((f) => f.id === "membership-suite")?.estimate as number).toBeGreaterThan(1e-3);
    expect(found.similarity[1].release as number).toBeLessThan(1.5 * (found.similarity[1].resample as number));
    for (const f of findings) expect(() => finding.parse(f)).not.toThrow();
    expect(() => utility.parse(found)).not.toThrow();
  });

  test("findings do not depend on the order of rows in either file", async () => {
    const order = permutation(rows.length, "rows");
    const releaseOrder = permutation(fresh.length, "release");
    const shuffled = encode(
      domain,
      order.map((i) => rows[i]),
      { parts: parts.map((_, i) => parts[order[i]]) },
    );
    const before = await audit(real, encode(domain, fresh));
    const after = await audit(
      shuffled,
      encode(
        domain,
        releaseOrder.map((i) => fresh[i]),
      ),
    );
    const numbers = (result: typeof before) => result.findings.map((f) => [f.id, f.estimate?.toFixed(9), f.interval?.map((x) => x.toFixed(9)), f.control?.estimate, f.note]);
    expect(numbers(after)).toEqual(numbers(before));
  });

  test("by person: targets, sizes and n are people, and a person's repeated rows are one attack", async () => {
    const units = Uint32Array.from({ length: rows.length * 2 }, (_, i) => Math.floor(i / 2));
    const twice = encode(
      domain,
      rows.flatMap((row) => [row, row]),
      { parts: Uint8Array.from(units, (u) => parts[u]), units, unitCount: rows.length },
    );
    const { findings, parts: sizes } = await audit(twice, encode(domain, rows.slice(0, TRAIN)));
    expect(sizes).toEqual({ train: 900, holdout: 600, reference: 300, release: 900, unit: "person" });
    const copies = findings.find((f) => f.id === "copies") as (typeof findings)[number];
    expect(copies.n).toBeGreaterThan(800); // the two rows of one person do not make it common
    expect(copies.n).toBeLessThanOrEqual(900);
    expect(findings.find((f) => f.id === "membership-distance")?.n).toBe(500);
  });

  test.each([
    ["no holdout", encode(domain, rows, { parts: new Uint8Array(rows.length) }), encode(domain, fresh)],
    ["no parts at all", encode(domain, rows), encode(domain, fresh)],
    ["no reference", encode(domain, rows, { parts: parts.map((p) => (p === 2 ? 1 : p)) }), encode(domain, fresh)],
    ["no real rows", encode(domain, [], { parts: new Uint8Array(0) }), encode(domain, fresh)],
    ["no released rows", real, encode(domain, [])],
    ["nothing", encode(domain, []), encode(domain, [])],
    ["one row each", encode(domain, rows.slice(0, 3), { parts: Uint8Array.of(0, 1, 2) }), encode(domain, fresh.slice(0, 1))],
  ])("%s: no throw, valid findings, nothing decided without a holdout", async (name, table, release) => {
    const { findings, utility: found, limits } = await audit(table, release);
    for (const f of findings) {
      expect(() => finding.parse(f), f.id).not.toThrow();
      if (name !== "no reference" && name !== "one row each" && f.family !== "copies") expect(f.excess, f.id).toBeNull();
    }
    expect(() => utility.parse(found)).not.toThrow();
    expect(limits.length).toBeGreaterThan(1);
  });
});

test("where nobody has a row of their own there is nothing to copy: a rate of 0 with its control, and still nothing to say without one", async () => {
  const common = [...people(300, "common")].flatMap((row) => [row, row, row, row]);
  const everyPart = encode(domainOf(declared, common), common, { parts: Uint8Array.from(common, (_, i) => [0, 0, 1, 2][i % 4]) });
  const copies = async (table: EncodedTable) => (await audit(table, encode(table.domain, common.slice(0, 400)))).findings.find((f) => f.id === "copies");
  expect(await copies(everyPart)).toMatchObject({ estimate: 0, n: 600, control: { estimate: 0, n: 300 }, excess: { estimate: 0 } });
  expect(await copies({ ...everyPart, parts: everyPart.parts?.map((p) => (p === 1 ? 2 : p)) as Uint8Array })).toMatchObject({ estimate: 0, control: null, excess: null });
});
