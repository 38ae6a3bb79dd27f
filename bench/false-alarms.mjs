// How often an honest release fails: fits of invented people (3,000 rows, new ones each time), audited and put before the profile
// `public`, whole and in process. Only verdicts of `fail` count as false alarms; with so few people many rules stay undecided.
// Can be broken off and goes on where it stopped. Needs a build. Writes bench/results/false-alarms.json.
//   node bench/false-alarms.mjs [runs] [method] [ε]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import jstat from "jstat";
import { mergeResults, readResults } from "./results-file.mjs";

const ROWS = 3000;
const NAME = "false-alarms.json";
const dist = process.env.DPSYNTH_DIST ?? new URL("../dist", import.meta.url).pathname;
const [{ openWorkspace }, { run }, { peopleCsv }, { peopleSchema }] = await Promise.all(
  ["app/workspace.js", "app/run.js", "app/demo/people.js", "app/demo/people-schema.js"].map((f) => import(`${dist}/${f}`)),
);
const [runs = "200", method = "mst", epsilon = "1"] = process.argv.slice(2);

const key = (row) => row.method === method && row.epsilon === Number(epsilon) && row.run !== undefined;
const clopperPearson = (k, n) => [k === 0 ? 0 : jstat.jStat.beta.inv(0.025, k, n - k + 1), k === n ? 1 : jstat.jStat.beta.inv(0.975, k + 1, n - k)].map((x) => Number(x.toPrecision(3)));

/** One honest job, from a table of new people to the verdict. */
async function job(number) {
  const folder = mkdtempSync(join(tmpdir(), "false-alarms-"));
  try {
    const at = (name) => join(folder, name);
    writeFileSync(at("people.csv"), [...peopleCsv(ROWS, `false alarms ${number}`)].join(""));
    writeFileSync(at("people.schema.json"), JSON.stringify(peopleSchema));
    const config = {
      version: 1,
      dataset: "people",
      table: at("people.csv"),
      schema: at("people.schema.json"),
      budgets: at("budgets"),
      budget: { epsilon: 3, delta: 1e-9 },
      split: { holdout: 0.35, reference: 0.15 },
      fit: { epsilon: Number(epsilon), method, model: at("people.model.json") },
      sample: { seed: number, rows: ROWS / 2, output: at("release.csv") },
      audit: { seed: number },
      reports: at("reports"),
      policy: "public",
    };
    writeFileSync(at("dpsynth.config.json"), JSON.stringify(config));
    const { gate, audit } = await run(openWorkspace({ config: at("dpsynth.config.json") }, {}), { confirm: async () => true, stage: () => undefined });
    const failed = gate.verdict.rules.filter((r) => r.outcome === "fail").map((r) => r.id);
    return { method, epsilon: Number(epsilon), run: number, verdict: gate.verdict.verdict, failed, findings: audit.report.findings.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const done = new Set(
  readResults(NAME)
    .results.filter(key)
    .map((row) => row.run),
);
for (let number = 1; number <= Number(runs); number += 1) {
  if (done.has(number)) continue;
  const row = await job(number);
  mergeResults(NAME, { bench: "false-alarms", rows: ROWS, policy: "public" }, ["method", "epsilon", "run"], [row]);
  if (row.verdict === "fail" || number % 10 === 0) console.log(JSON.stringify(row));
}
const rows = readResults(NAME).results.filter(key);
const alarms = rows.filter((row) => row.verdict === "fail").length;
const summary = {
  method,
  epsilon: Number(epsilon),
  of: rows.length,
  falseAlarms: alarms,
  rate: alarms / rows.length,
  interval95: clopperPearson(alarms, rows.length),
  passed: rows.filter((r) => r.verdict === "pass").length,
};
mergeResults(NAME, { bench: "false-alarms", rows: ROWS, policy: "public" }, ["method", "epsilon", "run"], [summary]);
console.log(JSON.stringify(summary));
