import { describe, expect, it } from "vitest";
import { type Trial, trialWith } from "../../src/app/trial-fits.js";
import { auditMechanism, HARD_ALPHA } from "../../src/audit/empirical/audit-mechanism.js";
import { mechanismFindings } from "../../src/audit/empirical/finding.js";
import { marginalsOf } from "../../src/audit/empirical/marginals.js";
import { STATISTICS, statisticsOf } from "../../src/audit/empirical/statistics.js";
import { listenAt } from "../../src/audit/empirical/transcript.js";
import { biasedChoice, PAIR_SIGNS, unseenRecord, type Worlds } from "../../src/audit/empirical/worlds.js";
import { countPlain } from "../../src/engine/plain.js";
import { finding } from "../../src/formats/report.js";
import { seededNoise } from "../support/test-noise.js";

/** Log-likelihood ratios of n fits of both worlds. */
async function evidence({ fit }: Trial, worlds: Worlds, n: number): Promise<{ without: number[]; withTarget: number[] }> {
  const marginals = marginalsOf(worlds);
  const one = async (table: Worlds["table"]): Promise<number> => {
    const listened: ReturnType<typeof listenAt>[] = [];
    await fit(table, (door) => {
      listened.push(listenAt(door));
      return listened[0].door;
    });
    return statisticsOf(listened[0].transcript, marginals, worlds)[0];
  };
  const without: number[] = [];
  const withTarget: number[] = [];
  for (let i = 0; i < n; i += 1) {
    without.push(await one(worlds.table));
    withTarget.push(await one(worlds.withTarget));
  }
  return { without, withTarget };
}

const mean = (xs: readonly number[]): number => xs.reduce((s, x) => s + x, 0) / xs.length;
const spread = (xs: readonly number[]): number => Math.sqrt(xs.reduce((s, x) => s + (x - mean(xs)) ** 2, 0) / xs.length);

describe("the likelihood ratio of what left the door", () => {
  // The identity E[P′/P] = 1 under P holds for a true likelihood ratio and for hardly anything else. Level: 4 standard errors a side, 6e-5 each.
  it.each([
    ["mst", 1, 0.01, "choice"],
    ["mst", 1, 0, "choice"],
    ["independent", 1, 0, "unseen"],
    ["privbayes", 3, 0.01, "choice"],
    ["selection", 2, 0, "choice"],
  ] as const)(
    "has mean 1 without the target, and its inverse with it: %s at ε = %d, δ = %d",
    async (tested, epsilon, delta, id) => {
      const trial = trialWith(tested, { epsilon, delta }, seededNoise(`evidence ${tested} ${id}`));
      const worlds = trial.worlds.find((w) => w.id === id) ?? biasedChoice(0.1);
      const { without, withTarget } = await evidence(trial, worlds, 144);
      const forth = without.map(Math.exp);
      const back = withTarget.map((x) => Math.exp(-x));
      expect(Math.abs(mean(forth) - 1)).toBeLessThan((4 * spread(forth)) / 12);
      expect(Math.abs(mean(back) - 1)).toBeLessThan((4 * spread(back)) / 12);
      expect(spread(without)).toBeGreaterThan(0.1);
    },
    60_000,
  );
});

describe("the worst-case tables", () => {
  it("differ in the target's rows alone", () => {
    for (const worlds of [unseenRecord(), unseenRecord(3), biasedChoice(0.1), biasedChoice(0.1, 2)]) {
      const { domain, table, withTarget, target, copies } = worlds;
      domain.columns.forEach(({ size }, c) => {
        const [a, b] = [countPlain(table, [c]).counts, countPlain(withTarget, [c]).counts];
        expect([...b]).toEqual(Array.from({ length: size }, (_, code) => a[code] + (code === target[c] ? copies : 0)));
      });
    }
  });

  it("have even margins and pairs equally far from independent, half of them too full at the target's cell", () => {
    const { table } = biasedChoice(0.1);
    for (const c of [0, 1, 2, 3]) expect([...countPlain(table, [c]).counts]).toEqual([table.rows / 2, table.rows / 2]);
    const beyond = PAIR_SIGNS.map(([a, b, sign]) => sign * (countPlain(table, [a, b]).counts[0] - table.rows / 4));
    expect(new Set(beyond).size).toBe(1);
    expect(beyond[0]).toBeGreaterThan(0);
  });
});

describe("the audit of a mechanism", () => {
  it("finds no fault with honest noise, and its findings are findings", async () => {
    const trial = trialWith("independent", { epsilon: 1, delta: 0.01 }, seededNoise("honest"));
    const audit = await auditMechanism({ ...trial, runs: 600 });
    expect(audit).toMatchObject({ violated: false, alpha: HARD_ALPHA, runs: 600 });
    expect(audit.muImplied).toBeCloseTo(0.4548, 4);
    // 600 fits a side: standard error .073
    expect(Math.abs(audit.worlds[0].mu.estimate - 0.4548)).toBeLessThan(0.25);
    for (const f of mechanismFindings("independent", audit)) expect(finding.safeParse(f).error).toBeUndefined();
  });

  it("proves a broken promise where the noise is ten times too small", async () => {
    const honest = seededNoise("small");
    const small = { ...honest, fillGaussian: (sigma2: { num: bigint; den: bigint }, counts: Float64Array) => honest.fillGaussian({ num: sigma2.num, den: sigma2.den * 100n }, counts) };
    const trial = trialWith("independent", { epsilon: 1, delta: 0.01 }, small);
    const audit = await auditMechanism({ ...trial, runs: 300 });
    expect(audit.violated).toBe(true);
    expect(audit.epsilonLower).toBeGreaterThan(1);
    expect(mechanismFindings("independent", audit)[0].estimate).toBe(audit.epsilonLower);
    expect(STATISTICS).toContain(audit.worlds[0].statistic);
  });
});
