import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ATTACKS } from "../../src/audit/attacks/index.js";
import { auditContext } from "../../src/audit/context.js";
import { seededBits } from "../../src/base/random.js";
import { adultColumns, dataFolder, domainOf, encode, permutation, readPlainCsv } from "../support/audit-tables.js";

const folder = dataFolder("adult");
const judges = process.env.DPSYNTH_JUDGES;
const known = judges !== undefined && hasAnonymeter(judges);
if (!known) console.log("skipped: Anonymeter is asked only where DPSYNTH_JUDGES names a Python that has it");

function hasAnonymeter(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import anonymeter"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const JUDGE = `
import sys, json, warnings, numpy as np, pandas as pd
warnings.filterwarnings("ignore")
np.random.seed(0)
from anonymeter.evaluators import LinkabilityEvaluator, InferenceEvaluator
ori, syn, control = (pd.read_csv(p) for p in sys.argv[1:4])
a, b = json.loads(sys.argv[4])
n = len(ori)
def told(e):
    e.evaluate(n_jobs=1)
    r = e.risk(confidence_level=0.95)
    return [float(r.value), float(r.ci[0]), float(r.ci[1])]
rest = [c for c in ori if c != "income"]
print(json.dumps({
  "linkability-10": told(LinkabilityEvaluator(ori=ori, syn=syn, control=control, n_attacks=n, aux_cols=(a, b), n_neighbors=10)),
  "inference-income": told(InferenceEvaluator(ori=ori, syn=syn, control=control, aux_cols=rest, secret="income", n_attacks=n)),
}))
`;

// A release that leaks: half of its rows are people's own with a fifth of the cells redrawn. Both tools attack the same 600 people of each part, so
// only ties among nearest rows may differ: the estimates must lie in each other's intervals.
describe.skipIf(folder === null || !known)("residual risks against Anonymeter on Adult", () => {
  test("linkability with ten neighbours and inference of income", () => {
    const { header, rows: all } = readPlainCsv(join(folder as string, "adult-train.csv"));
    const order = permutation(all.length, "anonymeter");
    const rows = order.slice(0, 1800).map((i) => all[i]);
    const bits = seededBits("leak");
    const release = Array.from({ length: 600 }, (_, i) => header.map((_, c) => (i % 2 === 0 && bits.uniform() < 0.8 ? rows[i][c] : rows[1200 + bits.below(600)][c])));
    const real = rows.slice(0, 1200);
    const domain = domainOf(adultColumns(header), [...real, ...release]);
    const parts = Uint8Array.from(real, (_, i) => (i < 600 ? 0 : 1));
    const context = auditContext({ real: encode(domain, real, { parts }), release: encode(domain, release), cliques: null, ceiling: null, seed: "s", targets: 600 });
    const findings = ATTACKS.filter(({ name }) => name === "linkability" || name === "inference").flatMap((attack) => attack.run(context) as ReturnType<typeof attack.run> & object[]);
    const temporary = mkdtempSync(join(tmpdir(), "anonymeter-"));
    const path = (name: string, body: string[][]): string => {
      const file = join(temporary, name);
      writeFileSync(file, [header, ...body].map((row) => row.join(",")).join("\n"));
      return file;
    };
    const halves = [0, 1].map((which) => header.filter((_, c) => c % 2 === which));
    const files = [path("ori.csv", real.slice(0, 600)), path("syn.csv", release), path("control.csv", real.slice(600))];
    const theirs: Record<string, [number, number, number]> = JSON.parse(execFileSync(judges as string, ["-c", JUDGE, ...files, JSON.stringify(halves)], { encoding: "utf8" }));
    rmSync(temporary, { recursive: true });
    for (const [id, [value, low, high]] of Object.entries(theirs)) {
      const ours = (findings as { id: string; residualRisk: { estimate: number; interval: [number, number] } | null }[]).find((f) => f.id === id)?.residualRisk;
      console.log(id, ours, [value, low, high]);
      expect(ours?.estimate as number, id).toBeGreaterThanOrEqual(low);
      expect(ours?.estimate as number, id).toBeLessThanOrEqual(high);
      expect(value, id).toBeGreaterThanOrEqual(ours?.interval[0] as number);
      expect(value, id).toBeLessThanOrEqual(ours?.interval[1] as number);
    }
  });
});
