import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { pldEpsilon } from "../../src/curator/accounting/pld.js";
import type { PrivacyEvent } from "../../src/formats/event.js";

const judges = process.env.DPSYNTH_JUDGES;
const asked = judges !== undefined && has(judges);
if (!asked) console.log("skipped: dp-accounting is asked only where DPSYNTH_JUDGES names a Python that has it");

/** Schedules of discrete Gaussians of sensitivity one row: pairs of σ² and how often. */
const SCHEDULES: [number, number][][] = [
  [[0.25, 1]],
  [[3, 4]],
  [[100, 12]],
  [
    [40, 2],
    [900, 30],
  ],
  [
    [2500, 5],
    [700, 9],
    [10_000, 60],
  ],
];

const DELTAS = [1e-9, 1e-5];

const JUDGE = `
import sys, json
from dp_accounting.pld import privacy_loss_distribution as pld
def epsilons(schedule, pessimistic):
    whole = None
    for sigma2, n in schedule:
        part = pld.from_discrete_gaussian_mechanism(sigma2 ** .5, value_discretization_interval=1e-4, pessimistic_estimate=pessimistic).self_compose(n)
        whole = part if whole is None else whole.compose(part)
    return [whole.get_epsilon_for_delta(d) for d in json.loads(sys.argv[2])]
print(json.dumps([[epsilons(s, False), epsilons(s, True)] for s in json.loads(sys.argv[1])]))
`;

describe.skipIf(!asked)("privacy loss distributions against dp-accounting", () => {
  test("epsilon of discrete Gaussian schedules is not below its lower bound, and at most .1 % above its upper one", () => {
    const theirs = JSON.parse(execFileSync(judges as string, ["-c", JUDGE, JSON.stringify(SCHEDULES), JSON.stringify(DELTAS)], { encoding: "utf8" })) as number[][][];
    SCHEDULES.forEach((schedule, i) => {
      const events = schedule.flatMap(([sigma2, n]) => Array.from({ length: n }, (): PrivacyEvent => ({ type: "discrete-gaussian", query: "q", sigma2: `${sigma2 * 4}/4`, l2Sensitivity: 1 })));
      const [lower, upper] = theirs[i];
      DELTAS.forEach((delta, d) => {
        const ours = pldEpsilon(events, delta);
        expect(ours.by).toBe("privacy-loss-distribution");
        expect(ours.epsilon).toBeGreaterThanOrEqual(lower[d] * (1 - 1e-9));
        expect(ours.epsilon).toBeLessThan(upper[d] * 1.001);
      });
    });
  });
});

function has(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import dp_accounting"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
