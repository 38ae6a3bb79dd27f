import { expect, it } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { parse, toDouble } from "../../src/base/rational.js";
import { fitBudget } from "../../src/curator/accounting/account.js";
import { openCurator, type Reservation } from "../../src/curator/index.js";
import { memoryEngine } from "../../src/engine/memory.js";
import type { PaidModel } from "../../src/formats/model.js";
import { fitModel } from "../../src/synth/fit-model.js";
import { sampler } from "../../src/synth/sample/sampler.js";
import { categoricalDomain, sharedCodes } from "../support/tables.js";
import { seededNoise } from "../support/test-noise.js";

const SIZE = 4;
const [LEARNT, SETS, ROWS, REPEATS] = [2000, 3, 3000, 400];
/** Share of the population in the cell of interest. */
const TRUTH = 0.3;
const domain = categoricalDomain([SIZE]);

/** A model of `LEARNT` people drawn afresh from a population in which 30 % have code 1. */
async function fitOfASample(seed: string): Promise<PaidModel> {
  const bits = seededBits(seed);
  const codes = sharedCodes(SIZE, LEARNT);
  for (let row = 0; row < LEARNT; row += 1) codes[row] = bits.below(10) < 3 ? 1 : [0, 2, 3][bits.below(3)];
  const reservation: Reservation = {
    fit: "fit-1",
    dataset: "d",
    account: "zcdp",
    price: fitBudget({ account: "zcdp", epsilon: 0.12, delta: 1e-9 }),
    epsilon: 0.12,
    delta: 1e-9,
    commit: async () => ({ ledger: { seq: 3, hash: "0".repeat(64) }, spentEpsilon: 0, capEpsilon: 3, capDelta: 1e-9 }),
    cancel: async () => undefined,
  };
  const table = { domain, rows: LEARNT, codes: [codes], unitCount: LEARNT };
  const door = openCurator({ engine: memoryEngine(table), domain, reservation, noise: seededNoise(seed), method: "independent", part: "all", shareLearned: 1 });
  return await fitModel("independent", door, domain, undefined);
}

/** Share of code 1 in each set of rows. */
function sharesOf(model: PaidModel, seed: string): number[] {
  return Array.from({ length: SETS }, (_, set) => {
    const [codes] = sampler(model, ["a"], [SIZE], `${seed}/${set + 1}`).next(ROWS);
    let ones = 0;
    for (let row = 0; row < ROWS; row += 1) ones += codes[row] === 1 ? 1 : 0;
    return ones / ROWS;
  });
}

/** The rules of docs/notes/combining-releases.md, with and without the model's standard error. */
function variances(model: PaidModel, shares: readonly number[]): { mean: number; full: number; withoutNoise: number; rubin: number } {
  const mean = shares.reduce((s, q) => s + q, 0) / SETS;
  const between = shares.reduce((s, q) => s + (q - mean) ** 2, 0) / (SETS - 1);
  const within = (mean * (1 - mean)) / ROWS;
  const withoutNoise = within * (ROWS / model.total + 1 / SETS);
  const sigma2 = toDouble(parse(model.measurements[0].variance) as NonNullable<ReturnType<typeof parse>>);
  const noise = (sigma2 * ((1 - mean) ** 2 + (SIZE - 1) * mean ** 2)) / model.total ** 2;
  return { mean, full: withoutNoise + noise, withoutNoise, rubin: within * (ROWS / model.total) + between / SETS };
}

// Were the coverage 95 %, fewer than 366 of 400 would come with a chance below 0.2 %; it is above, since the sampler varies less than independent draws.
it("intervals for the population cover it as often as they say, with the model's standard error in them and not without", async () => {
  const covered = { full: 0, withoutNoise: 0, rubin: 0 };
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const model = await fitOfASample(`combine ${repeat}`);
    const { mean, ...t } = variances(model, sharesOf(model, `rows ${repeat}`));
    for (const rule of ["full", "withoutNoise", "rubin"] as const) if (Math.abs(mean - TRUTH) <= 1.959964 * Math.sqrt(t[rule])) covered[rule] += 1;
  }
  console.info(`covered of ${REPEATS}: ${JSON.stringify(covered)}`);
  expect(covered.full).toBeGreaterThanOrEqual(366);
  expect(covered.withoutNoise).toBeLessThan(0.8 * REPEATS);
  expect(covered.rubin).toBeLessThan(0.8 * REPEATS);
});
