import type { Door } from "../../domain/door.js";
import type { Progress } from "../../domain/progress.js";
import type { EncodedTable } from "../../table/encoded.js";
import { epsilonOfMu, leastEpsilon, leastMu, leastRho, rates, type Trials, upperRates } from "./bounds.js";
import { chooseTest, type Sample, trial } from "./choose-test.js";
import { marginalsOf } from "./marginals.js";
import { STATISTICS, statisticsOf } from "./statistics.js";
import { listenAt, type Transcript } from "./transcript.js";
import type { Worlds } from "./worlds.js";

/** One fit of a table, in process; what passes the door goes through `listen`. */
export type TrialFit = (table: EncodedTable, listen: (door: Door) => Door) => Promise<unknown>;

/** What the mechanism is said to keep. `rho` is null in a pure account. */
export interface Claim {
  readonly epsilon: number;
  readonly delta: number;
  readonly rho: number | null;
}

export interface MechanismAuditInput {
  readonly worlds: readonly Worlds[];
  readonly fit: TrialFit;
  readonly claim: Claim;
  /** Fits in each world that the bounds are computed on; a quarter as many more choose the test. */
  readonly runs: number;
  /** Chance that any bound of the run is wrong. */
  readonly alpha?: number;
  readonly progress?: Progress;
}

/** What the fits of one pair of worlds proved. */
export interface WorldsResult {
  readonly id: string;
  readonly why: string;
  readonly rows: number;
  readonly statistic: string;
  readonly trials: Trials;
  /** Lower bounds at the run's level; no honest mechanism is above its claim. */
  readonly epsilonLower: number;
  readonly rhoLower: number;
  /** The likelihood ratio at the middle between both worlds: estimate and lower bound of μ, and the ε that the bound means for a GDP mechanism. */
  readonly mu: { readonly trials: Trials; readonly estimate: number; readonly lower: number; readonly epsilonLower: number };
}

export interface MechanismAudit {
  readonly claim: Claim;
  /** √(2ρ): what a Gaussian mechanism of that price reaches; null in a pure account. */
  readonly muImplied: number | null;
  readonly runs: number;
  readonly alpha: number;
  readonly worlds: readonly WorldsResult[];
  /** The largest of the proved ε. */
  readonly epsilonLower: number;
  /** Some bound is above the claim: the implementation does not keep its promise. */
  readonly violated: boolean;
}

/** Level of a hard failure, over all tests of a run. */
export const HARD_ALPHA = 1e-3;

/**
 * Empirical ε of a mechanism: fits of two neighbouring worst-case tables are told apart by what left the door. Which test is used is
 * decided on fits of its own; error rates get Clopper–Pearson bounds, α shared among the worlds. A lower bound only: it can show that
 * a promise is broken, never that it is kept.
 * @cite Jagielski, Ullman, Oprea 2020 · Nasr et al. 2023 · Annamalai, Ganev, De Cristofaro 2024
 */
export async function auditMechanism(input: MechanismAuditInput): Promise<MechanismAudit> {
  const { worlds, claim, runs, alpha = HARD_ALPHA } = input;
  const own = alpha / worlds.length;
  const results: WorldsResult[] = [];
  for (const pair of worlds) results.push(await auditWorlds(pair, input, own));
  const violated = results.some((r) => r.epsilonLower > claim.epsilon || (claim.rho !== null && r.rhoLower > claim.rho));
  const epsilonLower = Math.max(...results.map((r) => r.epsilonLower));
  return { claim, muImplied: claim.rho === null ? null : Math.sqrt(2 * claim.rho), runs, alpha, worlds: results, epsilonLower, violated };
}

async function auditWorlds(worlds: Worlds, { fit, claim, runs, progress }: MechanismAuditInput, alpha: number): Promise<WorldsResult> {
  const tell = progressOf(worlds, runs, progress);
  const calibration = Math.max(50, Math.ceil(runs / 4));
  const chosen = await bothWorlds(worlds, fit, calibration, tell);
  const test = chooseTest(chosen.without, chosen.withTarget, claim.delta, alpha);
  const middle = (mean(chosen.without[0]) + mean(chosen.withTarget[0])) / 2;
  const { without, withTarget } = await bothWorlds(worlds, fit, runs, tell);
  const trials = trial(test, without[test.statistic], withTarget[test.statistic]);
  const upper = upperRates(trials, alpha);
  const atMiddle = trial({ statistic: 0, threshold: middle, side: 1 }, without[0], withTarget[0]);
  const muLower = leastMu(upperRates(atMiddle, alpha));
  return {
    id: worlds.id,
    why: worlds.why,
    rows: worlds.table.rows,
    statistic: STATISTICS[test.statistic],
    trials,
    epsilonLower: leastEpsilon(upper, claim.delta),
    rhoLower: leastRho(upper),
    mu: { trials: atMiddle, estimate: leastMu(rates(atMiddle)), lower: muLower, epsilonLower: epsilonOfMu(muLower, claim.delta) },
  };
}

/** Fits of both worlds in turn, so that nothing that drifts tells them apart. */
async function bothWorlds(worlds: Worlds, fit: TrialFit, runs: number, tell: () => void): Promise<{ without: Sample; withTarget: Sample }> {
  const marginals = marginalsOf(worlds);
  const empty = (): Float64Array[] => STATISTICS.map(() => new Float64Array(runs));
  const [without, withTarget] = [empty(), empty()];
  for (let run = 0; run < runs; run += 1) {
    for (const [table, sample] of [[worlds.table, without] as const, [worlds.withTarget, withTarget] as const]) {
      const found = statisticsOf(await heard(table, fit), marginals, worlds);
      found.forEach((value, i) => {
        sample[i][run] = value;
      });
    }
    tell();
    if (run % 256 === 255) await new Promise((resolve) => setImmediate(resolve));
  }
  return { without, withTarget };
}

/** What left the doors of one fit, in order. */
async function heard(table: EncodedTable, fit: TrialFit): Promise<Transcript> {
  const transcripts: Transcript[] = [];
  await fit(table, (door) => {
    const listened = listenAt(door);
    transcripts.push(listened.transcript);
    return listened.door;
  });
  return transcripts.flat();
}

function progressOf(worlds: Worlds, runs: number, progress: Progress | undefined): () => void {
  const all = runs + Math.max(50, Math.ceil(runs / 4));
  let done = 0;
  return () => {
    done += 1;
    if (done % 64 === 0 || done === all) progress?.(`fits (${worlds.id})`, done, all);
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
