import type { Finding } from "../../formats/report.js";
import type { EncodedTable } from "../../table/encoded.js";
import type { AuditContext, ModelTables, NoisyTable } from "../context.js";
import type { Words } from "../finding.js";
import { membershipFindings } from "./membership.js";
import { populationNote } from "./membership-likelihood.js";
import { separators } from "./separators.js";

/**
 * Measures: whether the noisy measurements that the model publishes are likelier with a person than without: Σ over measured tables of
 * (ỹ(x) − n·p_R(x))/(σ² + n·p_R(x)), the likelihood ratio of Gaussian counts to first order.
 * Matters: the model is public; whoever has it is spared the sampling noise of the rows.
 * Cannot show: what the choice of the tables gives away. It is no bound: tables that share columns are added as if they had nothing in common,
 * and the log-ratio on released rows can tell more.
 */
const WORDS: Words = {
  id: "membership-white-box",
  family: "membership",
  title: "Membership told by the noisy measurements",
  claim: "With the model's noisy counts in hand, an attacker cannot tell whether a person was learnt from.",
  attackerKnows: "A person's whole row, the model with its noisy counts and their noise, and other people of the same population.",
  cannotShow: "What the choice of the measured tables gives away.",
  measure: "auc",
};

/**
 * Measures: the log-ratio of `membership-likelihood` with the model's own clique tables in place of counts of released rows.
 * Matters: the tables are what the rows are drawn from, and have none of their sampling noise.
 * Cannot show: what the noisy counts tell beyond the tables fitted to them.
 */
const MODEL: Words = {
  ...WORDS,
  id: "membership-model",
  title: "Membership told by the model's tables",
  claim: "With the model's tables in hand, an attacker cannot tell by likelihood whether a person was learnt from.",
  attackerKnows: "A person's whole row, the model, and other people of the same population.",
  cannotShow: "What the noisy counts tell beyond the tables that were fitted to them.",
};

export function membershipModelAttack(context: AuditContext): Finding[] {
  const { modelTables } = context;
  if (modelTables === null || modelTables.cliques.length === 0) return []; // no model, nothing to attack
  if (context.population.length === 0) return membershipFindings(MODEL, context, null, "Needs people who stand for the population.");
  return membershipFindings(MODEL, context, (rows) => modelScores(modelTables, context.real, context.population, context.trainUnits.length, rows), populationNote(context));
}

/**
 * ln p_M(x) − ln p_R(x) under the model's junction tree: sum over cliques minus sum over separators, and each lumped column's codes within its cells; p_M taken for counts of `learnt` rows,
 * both smoothed by ½ a row a cell.
 */
export function modelScores({ cliques, refinements }: ModelTables, real: EncodedTable, population: Uint32Array, learnt: number, targets: Uint32Array): Float64Array {
  const scores = new Float64Array(targets.length);
  const add = (table: NoisyTable, sign: number): void => {
    const cells = table.counts.length;
    const known = new Float64Array(cells);
    for (const row of population) known[cellOf(table, real, row)] += 1;
    let sum = 0;
    for (let cell = 0; cell < cells; cell += 1) sum += table.counts[cell];
    const scale = sum > 0 ? learnt / sum : 0;
    const constant = Math.log((population.length + cells / 2) / (learnt + cells / 2));
    for (let t = 0; t < targets.length; t += 1) {
      const cell = cellOf(table, real, targets[t]);
      scores[t] += sign * (Math.log((table.counts[cell] * scale + 0.5) / (known[cell] + 0.5)) + constant);
    }
  };
  for (const table of cliques) add(table, 1);
  for (const separator of separators(cliques.map((table) => table.columns)))
    add(marginalTable(cliques.find(({ columns }) => separator.every((c) => columns.includes(c))) as NoisyTable, separator), -1);
  for (const { fine, coarse } of refinements) {
    add(fine, 1);
    add(coarse, -1);
  }
  return scores;
}

/** A table summed down to some of its columns. */
export function marginalTable(table: NoisyTable, columns: readonly number[]): NoisyTable {
  const kept = columns.map((c) => table.columns.indexOf(c));
  const shape = kept.map((j) => table.shape[j]);
  const counts = new Float64Array(shape.reduce((a, b) => a * b, 1));
  const place = new Int32Array(table.columns.length);
  for (let cell = 0; cell < table.counts.length; cell += 1) {
    for (let j = place.length - 1, rest = cell; j >= 0; j -= 1) {
      place[j] = rest % table.shape[j];
      rest = Math.floor(rest / table.shape[j]);
    }
    counts[kept.reduce((at, j, i) => at * shape[i] + place[j], 0)] += table.counts[cell];
  }
  return { columns: [...columns], groups: kept.map((j) => table.groups[j]), shape, counts, variance: 0 };
}

export function membershipWhiteBoxAttack(context: AuditContext): Finding[] {
  const { measurements } = context;
  if (measurements === null || measurements.length === 0) return []; // no model, nothing to attack
  if (context.population.length === 0) return membershipFindings(WORDS, context, null, "Needs people who stand for the population.");
  const findings = membershipFindings(WORDS, context, (rows) => whiteBoxScores(measurements, context.real, context.population, rows), populationNote(context));
  context.progress?.("membership by measurements", 1, 1);
  return findings;
}

/** Σ over tables of (ỹ(x) − n·p_R(x))/(σ² + n·p_R(x)) for each target row of `real`; n is the table's own noisy sum, p_R smoothed by ½ a row a cell. */
export function whiteBoxScores(tables: readonly NoisyTable[], real: EncodedTable, population: Uint32Array, targets: Uint32Array): Float64Array {
  const scores = new Float64Array(targets.length);
  for (const table of tables) {
    const cells = table.counts.length;
    const known = new Float64Array(cells);
    for (const row of population) known[cellOf(table, real, row)] += 1;
    let n = 0;
    for (let cell = 0; cell < cells; cell += 1) n += table.counts[cell];
    n = Math.max(n, 1);
    for (let t = 0; t < targets.length; t += 1) {
      const cell = cellOf(table, real, targets[t]);
      const expected = (n * (known[cell] + 0.5)) / (population.length + cells / 2);
      scores[t] += (table.counts[cell] - expected) / (table.variance + expected);
    }
  }
  return scores;
}

function cellOf(table: NoisyTable, real: EncodedTable, row: number): number {
  let cell = 0;
  for (let j = 0; j < table.columns.length; j += 1) cell = cell * table.shape[j] + table.groups[j][real.codes[table.columns[j]][row]];
  return table.parts === undefined ? cell : table.parts[cell];
}
