// How often the checks that draw noise or people catch their mutants and spare the honest wiring: the tests under test/mutants, once for each of
// many seeds. Writes bench/results/mutants.json.
//   node bench/mutants.mjs [seeds]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import jstat from "jstat";
import { mergeResults } from "./results-file.mjs";

const seeds = Number(process.argv[2] ?? 30);
const folder = mkdtempSync(join(tmpdir(), "mutants-"));
const counts = new Map();
const lower = (k, n) => (k === 0 ? 0 : Number(jstat.jStat.beta.inv(0.05, k, n - k + 1).toPrecision(3)));
const rows = () => [...counts.values()].map((row) => ({ ...row, powerLower95: lower(row.caught, row.seeds) }));
/** What is known so far, so that a run may be broken off. */
const save = () => mergeResults("mutants.json", { bench: "mutants" }, ["mutant"], rows());
try {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const file = join(folder, "run.json");
    const env = { ...process.env, DPSYNTH_MUTANT_SEED: `power ${seed}` };
    try {
      execFileSync(
        "npx",
        ["vitest", "run", "test/mutants/mutants.test.ts", "test/mutants/slow/mutants.test.ts", "-t", "empirical|attack", "--reporter", "json", "--outputFile", file, "--testTimeout", "600000"],
        {
          env,
          stdio: "ignore",
        },
      );
    } catch {
      // a mutant that was not caught fails its test; that is what is counted
    }
    for (const test of JSON.parse(readFileSync(file, "utf8")).testResults.flatMap((f) => f.assertionResults)) {
      if (test.status !== "passed" && test.status !== "failed") continue;
      const id = /^mutant (\S+)/.exec(test.ancestorTitles.at(-1))[1];
      const row = counts.get(id) ?? { mutant: id, seeds: 0, caught: 0, honestSpared: 0 };
      const passed = test.status === "passed" ? 1 : 0;
      if (test.title === "is caught") counts.set(id, { ...row, seeds: row.seeds + 1, caught: row.caught + passed });
      else counts.set(id, { ...row, honestSpared: row.honestSpared + passed });
    }
    save();
    console.log(`${seed} of ${seeds}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
for (const row of rows()) console.log(JSON.stringify(row));
