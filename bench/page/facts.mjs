// What the results say: means over runs, targets reached or not, and every place where the default is not the best.
import { NIST, REFERENCE, TARGETS } from "./published.mjs";

export const DEFAULT = "mosaic";
const EPSILONS = [0.1, 1, 10];
const WAYS = ["1way", "2way", "3way"];
const mean = (xs) => xs.reduce((s, x) => s + x, 0) / xs.length;
const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];

/** Runs of one table, method and ε → one row of means. Seconds only of runs that had the machine to themselves. */
export function cellsOf(results) {
  const groups = Map.groupBy === undefined ? groupBy(results) : Map.groupBy(results, keyOf);
  return [...groups.values()].map((runs) => {
    const { table, method, epsilon, rows, columns, version, limit } = runs[0];
    const done = runs.filter((r) => r.status === "ok");
    const tvd = Object.fromEntries(WAYS.flatMap((k) => (done.some((r) => r.tvd?.[k] !== undefined) ? [[k, mean(done.filter((r) => r.tvd?.[k] !== undefined).map((r) => r.tvd[k]))]] : [])));
    const timed = done.filter((r) => r.timed === true).map((r) => r.seconds);
    const megabytes = done.map((r) => r.megabytes).filter((m) => m !== null && m !== undefined);
    return {
      ...{ table, method, epsilon, rows, columns, version, limit },
      ...{ runs: done.length, status: runs.find((r) => r.status !== "ok")?.status ?? "ok", error: runs.find((r) => r.error)?.error, tvd },
      seconds: timed.length === 0 ? null : median(timed),
      megabytes: megabytes.length === 0 ? null : Math.max(...megabytes),
    };
  });
}

const keyOf = (r) => JSON.stringify([r.table, r.method, r.epsilon]);

function groupBy(results) {
  const groups = new Map();
  for (const r of results) groups.set(keyOf(r), [...(groups.get(keyOf(r)) ?? []), r]);
  return groups;
}

export const find = (cells, table, method, epsilon) => cells.find((c) => c.table === table && c.method === method && c.epsilon === epsilon);

/** Means of NIST runs by table, features and ε. */
export function nistCells(results) {
  const groups = new Map();
  for (const r of results.filter((row) => row.status === "ok")) {
    const key = JSON.stringify([r.table, r.features, r.method, r.epsilon]);
    groups.set(key, [...(groups.get(key) ?? []), r]);
  }
  return [...groups.values()].map((runs) => ({
    ...{ table: runs[0].table, features: runs[0].features, method: runs[0].method, epsilon: runs[0].epsilon, runs: runs.length },
    score: mean(runs.map((r) => r.exact)),
    low: Math.min(...runs.map((r) => r.exact)),
    plain: mean(runs.map((r) => r.plainTwoWayTvd)),
    logistic: mean(runs.map((r) => r.pMSE.logistic)),
    tree: mean(runs.map((r) => r.pMSE.tree)),
  }));
}

/** Each target with what was reached: `reached` is null where it was not measured. */
export function targetRows(cells, nist, nistTargets) {
  const rows = [];
  for (const { table, ways, goal = "", at } of TARGETS.error)
    for (const epsilon of EPSILONS.filter((e) => at[e] !== undefined))
      rows.push({ what: `${table}, ${ways.replace("way", "-way")} error${goal}`, epsilon, must: at[epsilon], is: find(cells, table, DEFAULT, epsilon)?.tvd[ways] ?? null, most: true });
  for (const { table, method, ...kinds } of TARGETS.cost)
    for (const [kind, at] of Object.entries(kinds))
      for (const epsilon of EPSILONS.filter((e) => at[e] !== undefined))
        rows.push({ what: `${table}, ${method}, ${kind}`, epsilon, must: at[epsilon], is: find(cells, table, method, epsilon)?.[kind] ?? null, most: true });
  for (const [key, at] of Object.entries(nistTargets ?? {}))
    for (const epsilon of [1, 10]) {
      const [table, features] = key.split(" ");
      rows.push({
        what: `${table}, ${features}, k-marginal score`,
        epsilon,
        must: at[epsilon],
        is: nist.find((c) => c.table === table && c.features === features && c.method === "auto" && c.epsilon === epsilon)?.score ?? null,
        most: false,
      });
    }
  return rows.map((r) => ({ ...r, reached: r.is === null ? null : r.most ? r.is <= r.must : r.is >= r.must }));
}

/** Every place where the default method has more error than another of ours, a peer or a published figure, or did not end. */
export function losses(cells, peers, nist) {
  const out = [];
  for (const mine of cells.filter((c) => c.method === DEFAULT)) {
    if (mine.status !== "ok") out.push(`${mine.table}, ε = ${mine.epsilon}: the default ended as “${mine.status}” in at least one run.`);
    for (const ways of WAYS.filter((k) => mine.tvd[k] !== undefined)) {
      const own = cells.filter((c) => c.method !== DEFAULT && c.method !== "bootstrap" && c.table === mine.table && c.epsilon === mine.epsilon).map((c) => [`our own ${c.method}`, c.tvd[ways]]);
      const theirs = peers.filter((c) => c.table === mine.table && c.epsilon === mine.epsilon).map((c) => [c.method, c.tvd[ways]]);
      const printed = REFERENCE.filter((r) => r.table === mine.table).map((r) => [r.label, r.at[mine.epsilon]?.[ways]]);
      const better = [...own, ...theirs, ...printed].filter(([, v]) => v !== undefined && v < mine.tvd[ways]);
      for (const [who, v] of better.sort((a, b) => a[1] - b[1]).slice(0, 1))
        out.push(`${mine.table}, ε = ${mine.epsilon}, ${ways.replace("way", "-way")}: ${who} has ${figure(v)}, the default ${figure(mine.tvd[ways])}.`);
    }
  }
  for (const c of nist.filter((n) => n.method === "auto")) {
    const best = NIST.filter((p) => p.table === c.table && p.features === c.features && p.at[c.epsilon] > c.score).sort((a, b) => b.at[c.epsilon] - a.at[c.epsilon])[0];
    if (best !== undefined) out.push(`${c.table}, ${c.features}, ε = ${c.epsilon}: ${best.label} is published with ${best.at[c.epsilon]}, the default scores ${Math.floor(c.score)}.`);
  }
  return out;
}

/** Slope of log y on log x by least squares. */
export function exponent(points) {
  const logs = points.filter(([x, y]) => x > 0 && y > 0).map(([x, y]) => [Math.log(x), Math.log(y)]);
  if (logs.length < 2) return null;
  const [mx, my] = [0, 1].map((i) => mean(logs.map((p) => p[i])));
  return logs.reduce((s, [x, y]) => s + (x - mx) * (y - my), 0) / logs.reduce((s, [x]) => s + (x - mx) ** 2, 0);
}

/** Three significant figures, without exponents. */
export function figure(v) {
  if (v === null || v === undefined || Number.isNaN(v)) return "–";
  if (v >= 100) return String(Math.round(v));
  return String(Number(v.toPrecision(3)));
}
