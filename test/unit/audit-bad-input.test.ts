import { expect, test } from "vitest";
import { runAudit } from "../../src/audit/run.js";
import { seededBits } from "../../src/base/random.js";
import { finding } from "../../src/formats/report.js";
import { profile } from "../../src/gate/profiles.js";
import { weighFamily } from "../../src/gate/weigh-family.js";
import { type Declared, domainOf, encode } from "../support/audit-tables.js";

const people: readonly Declared[] = [
  { name: "age", kind: "number", role: "quasi-identifier" },
  { name: "town", kind: "category", role: "quasi-identifier" },
  { name: "pay", kind: "number" },
  { name: "ill", kind: "category", role: "sensitive" },
];

function rowsOf(n: number, seed: string): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: n }, () => {
    const age = 20 + bits.below(60);
    return [`${age}`, `t${bits.below(6)}`, `${(900 + age * 20 + bits.uniform() * 900).toFixed(2)}`, bits.uniform() < age / 100 ? "yes" : "no"];
  });
}

interface Case {
  readonly declared?: readonly Declared[];
  readonly train: string[][];
  readonly holdout: string[][];
  readonly reference?: string[][];
  readonly release: string[][];
}

const [train, holdout, reference, fresh] = ["train", "holdout", "reference", "fresh"].map((seed) => rowsOf(300, seed));
const one: readonly Declared[] = [{ name: "town", kind: "category", role: "sensitive" }];
const lone: readonly Declared[] = [{ name: "pay", kind: "number", role: "quasi-identifier" }];
const constant = (rows: string[][]): string[][] => rows.map(() => ["44", "t1", "1000", "no"]);
const nulls = (rows: string[][]): string[][] => rows.map(() => ["", "", "", ""]);
const towns = (rows: string[][], name: string): string[][] => rows.map(([age, town, ...rest]) => [age, `${name} ${town}`, ...rest]);
const twice = (rows: string[][]): string[][] => rows.slice(0, 100).flatMap((row) => [row, row, row]);

const cases: Record<string, Case> = {
  "release = train": { train, holdout, reference, release: train },
  "release = holdout": { train, holdout, reference, release: holdout },
  "a release of one row": { train, holdout, reference, release: fresh.slice(0, 1) },
  "a train part of one row": { train: train.slice(0, 1), holdout, reference, release: fresh },
  "one column of categories": { declared: one, train: train.map((r) => [r[1]]), holdout: holdout.map((r) => [r[1]]), reference: reference.map((r) => [r[1]]), release: fresh.map((r) => [r[1]]) },
  "one column of numbers": { declared: lone, train: train.map((r) => [r[2]]), holdout: holdout.map((r) => [r[2]]), reference: reference.map((r) => [r[2]]), release: fresh.map((r) => [r[2]]) },
  "one constant column": { train, holdout, reference, release: fresh.map(([age, , pay, ill]) => [age, "t1", pay, ill]) },
  "all constant": { train: constant(train), holdout: constant(holdout), reference: constant(reference), release: constant(fresh) },
  "all null": { train: nulls(train), holdout: nulls(holdout), reference: nulls(reference), release: nulls(fresh) },
  "a release all null": { train, holdout, reference, release: nulls(fresh) },
  "categories that the other file lacks": { train: towns(train, "real"), holdout: towns(holdout, "real"), reference: towns(reference, "real"), release: towns(fresh, "made up") },
  "5 holdout rows": { train, holdout: holdout.slice(0, 5), reference, release: fresh },
  "5 holdout rows and no reference": { train, holdout: holdout.slice(0, 5), release: fresh },
  "no holdout": { train, holdout: [], reference, release: fresh },
  "no holdout and no reference": { train, holdout: [], release: fresh },
  "duplicated rows": { train: twice(train), holdout: twice(holdout), reference: twice(reference), release: twice(fresh) },
};

async function findingsOf({ declared = people, train: t, holdout: h, reference: r = [], release }: Case) {
  const real = [...t, ...h, ...r];
  const domain = domainOf(declared, [...real, ...release]);
  const parts = Uint8Array.from(real, (_, i) => (i < t.length ? 0 : i < t.length + h.length ? 1 : 2));
  return (await runAudit({ real: encode(domain, real, { parts }), release: encode(domain, release), cliques: null, ceiling: null, seed: "bad", targets: 300 })).findings;
}

const families = profile("public").rules.flatMap((rule) => (rule.kind === "excess-at-most" || rule.kind === "estimate-at-most" ? [rule] : []));

test.each(Object.entries(cases))("%s: every attack ends in a valid finding without NaN", async (_, input) => {
  const findings = await findingsOf(input);
  expect(findings.length).toBeGreaterThan(10);
  for (const f of findings) {
    expect(() => finding.parse(f), f.id).not.toThrow(); // zod refuses NaN and infinities
    if (input.holdout.length === 0) expect(f.excess, f.id).toBeNull();
    if (f.interval !== null && f.estimate !== null) expect(f.interval[0] <= f.estimate && f.estimate <= f.interval[1], f.id).toBe(true);
  }
});

test("release = train fails the rules that see copies; without a holdout no blocking rule passes", async () => {
  const outcomes = async (input: Case) => {
    const findings = await findingsOf(input);
    return new Map(families.map((rule) => [rule.id, weighFamily(rule, findings).outcome]));
  };
  const copied = await outcomes(cases["release = train"]);
  for (const id of ["copies", "linkability", "singling-out", "membership"]) expect(copied.get(id), id).toBe("fail");
  const blind = await outcomes(cases["no holdout"]);
  for (const rule of families) if (rule.severity === "block") expect(blind.get(rule.id), rule.id).toBe("inconclusive");
  for (const [id, outcome] of await outcomes(cases["release = holdout"])) expect(outcome, id).not.toBe("fail");
});
