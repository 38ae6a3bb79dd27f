import { runAudit } from "../../src/audit/run.js";
import { seededBits } from "../../src/base/random.js";
import { decide, profile } from "../../src/gate/index.js";
import { domainOf, encode } from "../support/audit-tables.js";
import { sampleContext, sampleReport } from "../support/sample-report.js";
import type { Mutant } from "./mutant.js";

const COLUMNS = [
  { name: "age", kind: "number" as const },
  { name: "town", kind: "category" as const, role: "quasi-identifier" as const },
  { name: "pay", kind: "number" as const, role: "quasi-identifier" as const },
  { name: "ill", kind: "category" as const, role: "sensitive" as const },
  { name: "rent", kind: "number" as const, role: "quasi-identifier" as const },
];

/** People of one population, with dependence. */
function people(n: number, seed: string): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: n }, () => {
    const age = 20 + bits.below(60);
    const town = bits.below(8);
    const pay = 1000 + age * 30 + town * 100 + bits.uniform() * 1500;
    return [`${age}`, `t${town}`, pay.toFixed(2), bits.uniform() < age / 100 ? "yes" : "no", (300 + bits.uniform() * 700).toFixed(2)];
  });
}

/** Other seeds than the fixed one are for measuring how often mutants are caught: bench/mutants.mjs. */
const SEED = process.env.DPSYNTH_MUTANT_SEED ?? "";

const TRAIN = 1500;
const real = people(3000, `population ${SEED}`);
const learnt = real.slice(0, TRAIN);
const fresh = people(TRAIN, `fresh ${SEED}`);
/** Parts: 1500 learnt from, 1100 held out, 400 for reference. */
const parts = Uint8Array.from(real, (_, i) => (i < TRAIN ? 0 : i < 2600 ? 1 : 2));

/** A copy whose numbers are a little off: no row is anybody's exactly. */
function rounded([age, town, pay, ill, rent]: readonly string[]): string[] {
  return [age, town, (Math.round(Number(pay) / 10) * 10).toFixed(2), ill, (Math.round(Number(rent) / 5) * 5).toFixed(2)];
}

/** Families whose findings fail the profile `public` on proof. */
async function failing(rows: readonly (readonly string[])[]): Promise<string[]> {
  const domain = domainOf(COLUMNS, [...real, ...fresh, ...rows]);
  const audited = await runAudit({ real: encode(domain, real, { parts }), release: encode(domain, rows), cliques: null, ceiling: null, seed: `mutants ${SEED}`, targets: 800 });
  const { rules } = decide(profile("public"), sampleReport({ findings: audited.findings, parts: audited.parts }), sampleContext());
  return rules.flatMap((r) => (r.family !== null && r.outcome === "fail" ? [r.family] : []));
}

let silent: Promise<boolean> | undefined;

/** Whether other people of the same population pass; asked once. */
function honest(): Promise<boolean> {
  silent ??= failing(fresh).then((families) => families.length === 0);
  return silent;
}

/** Releases that copy, put before the attacks and the profile `public`. A release of other people of the same population is spared. */
export const ATTACK_MUTANTS: readonly Mutant[] = [
  {
    id: "release-is-train",
    defect: null,
    what: "The rows learnt from are released",
    by: "attack",
    power: "1",
    caught: async () => (await failing(learnt)).includes("copies"),
    spared: honest,
  },
  {
    id: "a-tenth-copied",
    defect: null,
    what: "One released row in ten is a row learnt from",
    by: "attack",
    power: "≥ .9 (30 of 30)",
    caught: async () => (await failing([...learnt.slice(0, TRAIN / 10), ...fresh.slice(TRAIN / 10)])).includes("copies"),
    spared: honest,
  },
  {
    id: "rounded-copies",
    defect: null,
    what: "The rows learnt from, their numbers rounded so that none is anybody's exactly",
    by: "attack",
    power: "≥ .9 (30 of 30)",
    caught: async () => (await failing(learnt.map(rounded))).some((family) => family === "membership" || family === "linkability"),
    spared: honest,
  },
];
