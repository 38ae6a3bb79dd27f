// How time and peak memory of a whole default run (fit, and as many rows as the table has) grow with rows, columns and ε. Exponents by least squares on logarithms.
// node bench/growth.mjs [--parts rows,columns,epsilon] [--rows 10000,…] [--columns 5,…] [--runs n] [--method auto]: merges into bench/results/growth.json.
// Rows are sampled from a model of Adult; columns are those of stroke, and beyond its 110, copies of them in another row order. Needs dist/ (or DPSYNTH_DIST) and
// DPSYNTH_DATA. Run it alone on the machine: the seconds are the result.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import seedrandom from "seedrandom";
import { coldRun, listFlag } from "./cold-run.mjs";
import { discreteWorkspace, ORDERED } from "./discrete-workspace.mjs";
import { freshBudget } from "./fresh-budget.mjs";
import { mergeResults } from "./results-file.mjs";
import { parse, prepareTable } from "./tables.mjs";

const main = resolve(process.env.DPSYNTH_DIST ?? "dist", "cli/main.js");
const parts = listFlag("parts") ?? ["rows", "columns", "epsilon"];
const runs = Number(listFlag("runs")?.[0] ?? 3);
const [method] = listFlag("method") ?? ["auto"];
const SECONDS = 1200;
const DELTA = 1e-9;
const folder = mkdtempSync(join(tmpdir(), "bench-growth-"));
const numbers = (name, fallback) => (listFlag(name) ?? fallback).map(Number);
const dpsynth = (cwd, ...args) => execFileSync(process.execPath, [main, ...args, "-q"], { cwd, stdio: ["ignore", "ignore", "inherit"] });
const HEAD = { what: `whole default run from a cold start, fit and as many rows as the table has; medians of the runs; "fit" is the same without rows`, epsilon: 1, delta: DELTA };

/** Time `method` on one table, with and without its rows. */
function measure(part, x, name, csv, domain, ordered, rows, epsilon) {
  const workspace = join(folder, `${part}-${x}`);
  discreteWorkspace(workspace, name, csv, domain, { ordered });
  for (const act of ["run", "fit"]) {
    const taken = [];
    for (let run = 0; run < runs; run += 1) {
      const release = act === "run" ? ["-o", "r.csv", "-n", String(rows), "--seed", "1"] : [];
      freshBudget(main, workspace, name, epsilon, DELTA);
      const { stderr, ...one } = coldRun(process.execPath, [main, "fit", "--epsilon", String(epsilon), "--method", method, "--yes", "-q", ...release], { cwd: workspace, seconds: SECONDS });
      if (one.status === "failed") throw new Error(stderr);
      taken.push(one);
      if (one.status === "timeout") break;
    }
    const row = {
      part,
      x,
      act,
      status: taken.at(-1).status,
      seconds: median(taken.map((t) => t.seconds)),
      megabytes: Math.max(...taken.map((t) => t.megabytes)),
      stolen: Math.max(...taken.map((t) => t.stolen ?? 0)),
      runs: taken.length,
    };
    mergeResults("growth.json", HEAD, ["part", "act", "x"], [row]);
    console.log(JSON.stringify(row));
  }
  rmSync(workspace, { recursive: true });
}

const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];

/** A table of any number of rows: sampled from a model of Adult. */
function rowTables(sizes) {
  const adult = prepareTable("adult", folder);
  const workspace = join(folder, "model");
  discreteWorkspace(workspace, "adult", adult.csv, adult.domain, { cap: 100 });
  dpsynth(workspace, "budget", "create", "adult", "--epsilon", "100");
  dpsynth(workspace, "split", "--holdout", "0", "--reference", "0");
  dpsynth(workspace, "fit", "--epsilon", "10", "--yes");
  for (const rows of sizes) {
    const csv = join(folder, `rows-${rows}.csv`);
    dpsynth(workspace, "sample", "-n", String(rows), "--seed", "1", "-o", csv);
    measure("rows", rows, "adult", csv, adult.domain, adult.ordered, rows, 1);
    rmSync(csv);
  }
}

/** The first d columns of stroke and of copies of it whose rows are in another order. */
function columnTables(counts) {
  const { csv, domain, ordered, rows: n } = prepareTable("stroke", folder);
  const { header, rows } = parse(readFileSync(csv, "utf8"));
  for (const count of counts) {
    const copies = Array.from({ length: Math.ceil(count / header.length) }, (_, copy) => (copy === 0 ? rows : shuffled(rows, copy)));
    const columns = Array.from({ length: count }, (_, i) => ({ copy: Math.floor(i / header.length), at: i % header.length }));
    const nameOf = ({ copy, at }) => (copy === 0 ? header[at] : `${header[at]}_${copy + 1}`);
    const file = join(folder, `columns-${count}.csv`);
    writeFileSync(file, `${columns.map(nameOf).join(",")}\n${rows.map((_, r) => columns.map(({ copy, at }) => copies[copy][r][at]).join(",")).join("\n")}\n`);
    const sizes = Object.fromEntries(columns.map((c) => [nameOf(c), domain[header[c.at]]]));
    const numeric = columns.filter((c) => ordered.includes(header[c.at])).map(nameOf);
    measure("columns", count, "stroke", file, sizes, numeric, n, 1);
    rmSync(file);
  }
}

function shuffled(rows, seed) {
  const random = seedrandom(`copy ${seed}`);
  const out = [...rows];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

function epsilons(values) {
  const { csv, domain, rows } = prepareTable("adult", folder);
  for (const epsilon of values) measure("epsilon", epsilon, "adult", csv, domain, ORDERED.adult, rows, epsilon);
}

if (parts.includes("epsilon")) epsilons(numbers("epsilons", ["0.01", "0.1", "1", "10", "100"]));
if (parts.includes("columns")) columnTables(numbers("columns", ["5", "10", "20", "50", "110", "200", "300", "500"]));
if (parts.includes("rows")) rowTables(numbers("rows", ["10000", "100000", "1000000", "10000000"]));
rmSync(folder, { recursive: true });
