// Speed of the split, the truncation and the fingerprint on seeded tables: node bench/split.mjs
// Writes bench/results/split.json. Needs a build; DPSYNTH_DIST names another than dist/ (and then nothing is written without --write). Cold: first call in a fresh process.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = process.env.DPSYNTH_DIST ?? join(root, "dist");
const use = (path) => import(join(dist, "table/split", path));
const [{ multisetDigest }, { ordinals }, { selectRows }, { splitKeyed }, { truncate }] = await Promise.all(["digest.js", "ordinals.js", "select.js", "split.js", "truncate.js"].map(use));

const SMALL = 48_842;
const LARGE = 5_000_000;
const COLUMNS = 14;
const key = new Uint8Array(32).map((_, i) => i * 7);
const shares = { holdout: 0.2, reference: 0.1 };

/** Byte columns from xorshift32: `distinct` different rows, each met again and again. */
function table(rows, distinct, persons) {
  let word = 20260101;
  const next = () => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return word >>> 0;
  };
  const shared = (Kind, n) => new Kind(new SharedArrayBuffer(n * Kind.BYTES_PER_ELEMENT));
  const patterns = Array.from({ length: COLUMNS }, () => Uint8Array.from({ length: distinct }, () => next() % 16));
  const which = Uint32Array.from({ length: rows }, () => next() % distinct);
  const codes = patterns.map((p) => {
    const column = shared(Uint8Array, rows);
    for (let i = 0; i < rows; i += 1) column[i] = p[which[i]];
    return column;
  });
  const base = { domain: { maxRows: 3, columns: codes }, rows, codes, unitCount: rows };
  if (persons === undefined) return base;
  const numbers = new Map();
  const units = shared(Uint32Array, rows);
  for (let i = 0; i < rows; i += 1) {
    const person = next() % persons;
    if (!numbers.has(person)) numbers.set(person, numbers.size);
    units[i] = numbers.get(person);
  }
  return { ...base, units, unitCount: numbers.size, unitIds: [...numbers.keys()].map((p) => `person-${p}`) };
}

/** Milliseconds by the clock and by the processor: on a busy machine the second says what the work costs. */
const timed = (act) => {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = act();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000, result };
};
const round = (ms) => Number(ms.toPrecision(3));
const median = (list) => round([...list].sort((a, b) => a - b)[(list.length - 1) / 2]);
const fingerprint = (bytes) => createHash("sha256").update(Uint8Array.from(bytes)).digest("hex").slice(0, 16);

/** Median over `runs` of milliseconds, and a fingerprint of the result, by which two builds can be compared. */
function measure(runs, act) {
  const all = Array.from({ length: runs }, () => timed(act));
  return { ms: median(all.map((r) => r.ms)), cpuMs: median(all.map((r) => r.cpuMs)), result: fingerprint(all[0].result) };
}

const both = (t) => ({ parts: splitKeyed(t, key, shares), digest: multisetDigest(t) });

if (process.argv[2] === "--cold") {
  const t = table(SMALL, 30_000);
  const { ms, cpuMs } = timed(() => both(t));
  console.log(JSON.stringify({ ms, cpuMs }));
  process.exit(0);
}

const colds = Array.from({ length: 7 }, () => JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), "--cold"], { encoding: "utf8", env: process.env })));
const cases = [{ rows: SMALL, what: "split + digest, cold", ms: median(colds.map((r) => r.ms)), cpuMs: median(colds.map((r) => r.cpuMs)), limitMs: 70 }];
const add = (rows, what, limitMs, runs, act) => {
  cases.push({ rows, what, ...measure(runs, act), ...(limitMs === undefined ? {} : { limitMs }) });
  console.log(cases.at(-1));
};
console.log(cases[0]);

const small = table(SMALL, 30_000);
for (let i = 0; i < 5; i += 1) both(small);
add(SMALL, "split + digest, warm", 40, 15, () => both(small).digest);
add(SMALL, "split", undefined, 15, () => splitKeyed(small, key, shares));
add(SMALL, "digest", undefined, 15, () => multisetDigest(small));
add(SMALL, "ordinals", undefined, 15, () => ordinals(small));
for (const distinct of [100_000, LARGE]) {
  const rows = table(LARGE, distinct);
  const note = distinct === LARGE ? "rows nearly all different" : `${distinct} different rows`;
  add(LARGE, `split, ${note}`, 3000, 3, () => splitKeyed(rows, key, shares));
  add(LARGE, `digest, ${note}`, 3000, 3, () => multisetDigest(rows));
  add(LARGE, `ordinals, ${note}`, undefined, 3, () => ordinals(rows));
}
const people = table(LARGE, 100_000, 1_000_000);
let keep;
add(LARGE, "truncate to 3 rows, a million persons", 6000, 3, () => {
  keep = truncate(people, key);
  return keep;
});
add(LARGE, "digest, a million persons", 3000, 3, () => multisetDigest(people));
add(LARGE, "split, a million persons", 3000, 3, () => splitKeyed(people, key, shares));
add(LARGE, "selectRows of the truncated", undefined, 3, () => selectRows(people, keep).codes[0]);

const what = `split, truncation and fingerprint of ${COLUMNS} byte columns on one thread; median of 15, 7 (cold) or 3 (large) runs`;
const result = { what, node: process.version, cpu: cpus()[0].model, cases };
mkdirSync(join(root, "bench/results"), { recursive: true });
if (process.env.DPSYNTH_DIST === undefined || process.argv[2] === "--write") writeFileSync(join(root, "bench/results/split.json"), `${JSON.stringify(result, null, 2)}\n`);
