import { expect, test } from "vitest";
import { ATTACKS } from "../../src/audit/attacks/index.js";
import { auditContext } from "../../src/audit/context.js";
import { normalCdf } from "../../src/base/normal.js";
import { seededBits } from "../../src/base/random.js";
import { domainOf, encode } from "../support/audit-tables.js";

const declared = [
  { name: "a", kind: "number" as const },
  { name: "b", kind: "category" as const, role: "quasi-identifier" as const },
  { name: "c", kind: "category" as const, role: "quasi-identifier" as const },
  { name: "d", kind: "category" as const, role: "sensitive" as const },
];
const RUNS = 60;
const ROWS = 240;

function population(seed: string, continuous: boolean): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: ROWS * 3 }, () => {
    const b = bits.below(5);
    const c = bits.uniform() < 0.7 ? b : bits.below(5);
    return [continuous ? `${bits.uniform() + b}` : `${bits.below(4)}`, `${b}`, `${c}`, `${bits.uniform() < 0.6 ? c % 2 : bits.below(2)}`];
  });
}

/** Upper tail P[X ≥ k] of a binomial. */
function upperTail(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let below = 0;
  for (let i = 0; i < k; i += 1) {
    below += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return 1 - below;
}

// Release, train and holdout are exchangeable samples, so an excess above 1.645 standard errors may be seen in 5 % of the runs. The test
// fails where more are seen than chance allows at 1e-5 (exact binomial tail, 60 comparisons of three kinds: false alarm below 2e-3); coarse,
// conservative standard errors only see fewer.
test.each([
  ["continuous", true],
  ["discrete, full of ties", false],
] as const)(
  "one-sided bounds hold their level on a fresh sample: %s",
  async (_, continuous) => {
    const alarms = new Map<string, number>();
    const sum = new Map<string, number>();
    for (let run = 0; run < RUNS; run += 1) {
      const rows = population(`run ${run}`, continuous);
      const domain = domainOf(declared, rows);
      const parts = Uint8Array.from({ length: 2 * ROWS }, (_, i) => (i < 100 ? 0 : i < 320 ? 1 : 2));
      const context = auditContext({
        real: encode(domain, rows.slice(0, 2 * ROWS), { parts }),
        release: encode(domain, rows.slice(2 * ROWS)),
        cliques: [
          [0, 1],
          [1, 2],
          [2, 3],
        ],
        ceiling: null,
        seed: `seed ${run}`,
        targets: 200,
      });
      const findings = (await Promise.all(ATTACKS.map((attack) => attack.run(context)))).flat();
      for (const { id, excess } of findings) {
        if (excess === null) continue;
        const z = excess.estimate / excess.standardError;
        alarms.set(id, (alarms.get(id) ?? 0) + (z > 1.645 ? 1 : 0));
        sum.set(id, (sum.get(id) ?? 0) + z);
      }
    }
    expect(alarms.size).toBeGreaterThanOrEqual(8);
    for (const [id, count] of alarms) {
      expect(upperTail(count, RUNS, 0.05), `${id}: ${count} of ${RUNS}`).toBeGreaterThan(1e-5);
      // No drift either: Σz/√RUNS is standard normal where z is. The tail's rate is too coarse for that: it may only drift down.
      const drift = normalCdf((sum.get(id) as number) / Math.sqrt(RUNS));
      expect(drift, id).toBeLessThan(1 - 1e-5);
      if (!id.endsWith("-tail")) expect(drift, id).toBeGreaterThan(1e-5);
    }
    console.log(Object.fromEntries(Array.from(alarms, ([id, count]) => [id, `${count}/${RUNS}, mean z ${((sum.get(id) as number) / RUNS).toFixed(2)}`])));
  },
  300_000,
);
