// Peers from PyPI (bench/peers.py) on the tables of the benchmark, at the same (ε, δ) and domain, one cold process each, judged as bench/methods.mjs judges.
// node bench/peers.mjs [--tables a,b] [--methods smartnoise-mst,…] [--eps 0.1,1,10] [--seeds n] [--seconds s] [--timed]: merges into bench/results/peers.json.
// DPSYNTH_PEER_SMARTNOISE and DPSYNTH_PEER_DPMM name Pythons that have the package (pip install smartnoise-synth, pip install dpmm, each in an environment of its
// own); a peer whose variable is absent is left out and said to be. Also needs DPSYNTH_DATA and DPSYNTH_JUDGES.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { coldRun, isTimed, listFlag } from "./cold-run.mjs";
import { mergeResults } from "./results-file.mjs";
import { DATA, prepareTable, TABLES } from "./tables.mjs";

const DELTA = 1e-9;
const PYTHONS = { smartnoise: process.env.DPSYNTH_PEER_SMARTNOISE, dpmm: process.env.DPSYNTH_PEER_DPMM };
const DISTRIBUTION = { smartnoise: "smartnoise-synth", dpmm: "dpmm" };
const METHODS = listFlag("methods") ?? ["smartnoise-mst", "dpmm-privbayes", "dpmm-mst", "smartnoise-aim", "dpmm-aim"];
const python = process.env.DPSYNTH_JUDGES;
const judge = resolve(DATA, "../judges/tvd.py");
const script = fileURLToPath(new URL("peers.py", import.meta.url));
const epsilons = (listFlag("eps") ?? ["0.1", "1", "10"]).map(Number);
const seconds = Number(listFlag("seconds")?.[0] ?? 600);
const HEAD = { what: "peers at package defaults, public domain, one cold process each: fit and as many rows as the table has; tvd as in methods.json", delta: DELTA };

const versionOf = (peer) => execFileSync(PYTHONS[peer], ["-c", `from importlib.metadata import version; print(version("${DISTRIBUTION[peer]}"))`], { encoding: "utf8" }).trim();
const versions = Object.fromEntries(Object.keys(PYTHONS).map((peer) => [peer, PYTHONS[peer] === undefined ? undefined : `${DISTRIBUTION[peer]} ${versionOf(peer)}`]));

for (const name of listFlag("tables") ?? Object.keys(TABLES)) {
  const folder = mkdtempSync(join(tmpdir(), `bench-peers-${name}-`));
  const { csv, domainFile, domain, rows } = prepareTable(name, folder);
  for (const method of METHODS) {
    const peer = method.split("-")[0];
    if (PYTHONS[peer] === undefined) {
      console.error(`${method}: left out, no Python with it is named`);
      continue;
    }
    for (const epsilon of epsilons) {
      for (let seed = 1; seed <= Number(listFlag("seeds")?.[0] ?? 1); seed += 1) {
        const out = join(folder, "r.csv");
        const { stderr, ...run } = coldRun(PYTHONS[peer], [script, method, csv, domainFile, String(epsilon), String(DELTA), String(seed), out], { cwd: folder, seconds });
        const failure =
          run.status === "failed"
            ? {
                error:
                  stderr
                    .split("\n")
                    .filter((line) => /^\w*(Error|Exception|Killed)/.test(line))
                    .at(-1) ?? "ended without a word",
              }
            : {};
        const row = { table: name, method, version: versions[peer], epsilon, seed, ...run, ...failure, limit: seconds, timed: isTimed(run), rows, columns: Object.keys(domain).length };
        if (run.status === "ok" && python !== undefined) {
          const scores = JSON.parse(execFileSync(python, [judge, csv, out, domainFile, String(TABLES[name].ways)], { encoding: "utf8" }));
          row.tvd = Object.fromEntries([1, 2, 3].flatMap((k) => (scores[`${k}way`] === undefined ? [] : [[`${k}way`, scores[`${k}way`].mean]])));
        }
        mergeResults("peers.json", HEAD, ["table", "method", "epsilon", "seed"], [row]);
        console.log(JSON.stringify(row));
        rmSync(out, { force: true });
        if (run.status !== "ok") break;
      }
    }
  }
  rmSync(folder, { recursive: true });
}
