// How strong the membership attacks are on MST releases of Adult, n = 1000: at ε = 10 and without noise (a wiring under test/). Beside ours, the tree
// log-ratio in plain Python (bench/attack-strength.py) on the same releases and targets, and DCR. node bench/attack-strength.mjs [--runs n]
// Needs dist/ (or DPSYNTH_DIST), DPSYNTH_DATA and DPSYNTH_JUDGES. Writes bench/results/attack-strength.json.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { noNoise } from "../test/support/no-noise.mjs";
import { listFlag } from "./cold-run.mjs";
import { mergeResults } from "./results-file.mjs";

const dist = (path) => import(resolve(process.env.DPSYNTH_DIST ?? "dist", path));
const [
  { ATTACKS },
  { auditContext },
  { seededBits },
  { openCurator, secureNoise },
  { memoryEngine },
  { fitModel },
  { sampler },
  { CHUNK_ROWS },
  { reservationOf },
  { cliquesOf, modelTables, noisyTables },
] = await Promise.all(
  [
    "audit/attacks/index.js",
    "audit/context.js",
    "base/random.js",
    "curator/index.js",
    "engine/memory.js",
    "synth/fit-model.js",
    "synth/sample/sampler.js",
    "synth/release/chunk.js",
    "app/trial-fits.js",
    "app/model-knowledge.js",
  ].map(dist),
);
const python = process.env.DPSYNTH_JUDGES ?? "python3";
const judge = fileURLToPath(new URL("attack-strength.py", import.meta.url));
const RUNS = Number(listFlag("runs")?.[0] ?? 10);
const [N, OTHERS, REFERENCE, BINS] = [1000, 1000, 8000, 20];
const NUMBERS = ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"];

const files = ["adult-train.csv", "adult-test.csv"].map((name) =>
  readFileSync(resolve(process.env.DPSYNTH_DATA ?? "../shared/data", "adult", name), "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(",").map((cell) => cell.trim())),
);
const header = files[0][0];
const rows = files.flatMap(([, ...body]) => body).filter((row) => row.length === header.length);
const columns = header.map((name, c) => {
  if (!NUMBERS.includes(name)) {
    const labels = [...new Set(rows.map((row) => row[c]))].sort();
    return { name, type: "string", role: "none", size: labels.length, ordered: false, labels, valueCount: labels.length, field: {} };
  }
  // Bins of equal depth: cuts at quantiles, without repeats.
  const sorted = Float64Array.from(rows, (row) => Number(row[c])).sort();
  const cuts = [...new Set(Array.from({ length: BINS }, (_, b) => sorted[Math.floor((b * sorted.length) / BINS)]))];
  const edges = Float64Array.from([...cuts, sorted[sorted.length - 1] + 1]);
  return { name, type: "integer", role: "none", size: cuts.length, ordered: true, bins: { edges, step: 1 }, valueCount: cuts.length, field: {} };
});
const domain = { columns, identifiers: [], unit: { kind: "row" }, maxRows: 1, schema: {} };

function encode(body, parts) {
  const values = columns.map((column, c) => (column.bins === undefined ? undefined : Float64Array.from(body, (row) => Number(row[c]))));
  const codes = columns.map((column, c) => {
    const index = new Map(column.labels?.map((label, code) => [label, code]));
    return Uint16Array.from(body, (row, i) => (column.bins === undefined ? index.get(row[c]) : column.bins.edges.subarray(1, column.size).filter((edge) => values[c][i] >= edge).length));
  });
  return { domain, rows: body.length, codes, values, unitCount: body.length, ...(parts === undefined ? {} : { parts }) };
}

/** Rows of a model; whole numbers uniform within their bins. */
function released(model, count, seed) {
  const draw = sampler(
    model,
    columns.map((c) => c.name),
    columns.map((c) => c.size),
    seed,
  );
  const codes = columns.map(() => new Uint16Array(count));
  for (let at = 0; at < count; at += CHUNK_ROWS) for (const [c, column] of draw.next(Math.min(CHUNK_ROWS, count - at)).entries()) codes[c].set(column, at);
  const bits = seededBits(`values ${seed}`);
  const values = columns.map(({ bins }, c) => (bins === undefined ? undefined : Float64Array.from(codes[c], (code) => bins.edges[code] + bits.below(bins.edges[code + 1] - bins.edges[code]))));
  return { domain, rows: count, codes, values, unitCount: count };
}

const folder = mkdtempSync(join(tmpdir(), "attack-strength-"));
function plainAuc(real, release, edges, context) {
  const pick = (table, of) => table.codes.map((column) => Array.from(of, (row) => column[row]));
  const job = {
    sizes: columns.map((c) => c.size),
    edges,
    release: release.codes.map((column) => [...column]),
    reference: pick(real, context.population),
    members: pick(real, context.members),
    others: pick(real, context.outsiders),
  };
  const path = join(folder, "job.json");
  writeFileSync(path, JSON.stringify(job));
  return JSON.parse(execFileSync(python, [judge, path], { encoding: "utf8" })).auc;
}

async function oneRun(noise, run) {
  const bits = seededBits(`attack strength ${run}`);
  const order = Uint32Array.from(rows, (_, i) => i);
  bits.shuffle(order, 0, order.length, 1);
  const used = Array.from(order.subarray(0, N + OTHERS + REFERENCE), (i) => rows[i]);
  const train = encode(used.slice(0, N));
  const reservation = reservationOf({ epsilon: 10, delta: 1e-9 });
  const door = openCurator({ engine: memoryEngine(train, 1), domain, reservation, noise, method: "mst", part: "all", shareLearned: 1 });
  const model = await fitModel("mst", door, domain, undefined);
  const release = released(model, N, `run ${run}`);
  const real = encode(
    used,
    Uint8Array.from(used, (_, i) => (i < N ? 0 : i < N + OTHERS ? 1 : 2)),
  );
  const cliques = cliquesOf(model, domain);
  const context = auditContext({ real, release, cliques, measurements: noisyTables(model, domain), modelTables: modelTables(model, domain), ceiling: null, seed: `run ${run}`, targets: N });
  const findings = (
    await Promise.all(ATTACKS.filter(({ name }) => name === "closest-record" || (name.startsWith("membership") && name !== "membership-suite")).map((attack) => attack.run(context)))
  ).flat();
  const aucs = Object.fromEntries(findings.filter((f) => f.measure === "auc" && f.estimate !== null).map((f) => [f.id, f.estimate]));
  return {
    ...aucs,
    "plain tree log-ratio": plainAuc(
      real,
      release,
      cliques.filter((c) => c.length === 2),
      context,
    ),
  };
}

const mean = (xs) => xs.reduce((a, b) => a + b, 0) / xs.length;
const interval = (xs) => {
  const half = xs.length < 2 ? Number.NaN : (2.262 * Math.sqrt(xs.reduce((s, x) => s + (x - mean(xs)) ** 2, 0) / (xs.length - 1))) / Math.sqrt(xs.length); // Student's t, 9 degrees of freedom
  return [mean(xs) - half, mean(xs) + half].map((x) => Number(x.toFixed(4)));
};
for (const [name, noise] of [
  ["epsilon 10", secureNoise],
  ["no noise", noNoise],
]) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    runs.push(await oneRun(noise(), run));
    console.error(name, run, JSON.stringify(runs.at(-1)));
  }
  const of = (id) => runs.map((r) => r[id]);
  const less = (a, b) => of(a).map((x, i) => x - of(b)[i]);
  const row = {
    setting: name,
    runs: RUNS,
    n: N,
    auc: Object.fromEntries(Object.keys(runs[0]).map((id) => [id, Number(mean(of(id)).toFixed(4))])),
    likelihoodLessPlain: {
      mean: Number(mean(less("membership-likelihood", "plain tree log-ratio")).toFixed(5)),
      interval: interval(less("membership-likelihood", "plain tree log-ratio")),
      target: "at least -0.01",
    },
    likelihoodLessDcr: {
      mean: Number(mean(less("membership-likelihood", "people-closest")).toFixed(4)),
      interval: interval(less("membership-likelihood", "people-closest")),
      target: name === "no noise" ? "at least 0.05" : "none",
    },
  };
  mergeResults(
    "attack-strength.json",
    { what: "membership AUC on MST releases of Adult, 1000 rows learnt from and released, 1000 others, 8000 reference rows; numbers in 20 bins of equal depth" },
    ["setting"],
    [row],
  );
  console.log(JSON.stringify(row));
}
rmSync(folder, { recursive: true });
