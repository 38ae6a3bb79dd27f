import { type DpsynthError, fault } from "../../base/errors.js";
import { domainFromSchema } from "../../domain/from-schema.js";
import type { ModelFile } from "../../formats/model.js";

/** Cells of one table that a model may have, as many as the curator lets out. */
const MOST_CELLS = 2 ** 27;

type Bad = (key: string, must: string, is: string) => DpsynthError;

/**
 * What a schema of types cannot say of a model: every table has the length of its shape, every learned column has
 * exactly one clique that adds it, sizes agree, and codes exist. A model that passes can be sampled without a throw.
 */
export function checkModel(model: ModelFile, path: string): void {
  const sizes = new Map(domainFromSchema(model.schema, path).columns.map(({ name, size }) => [name, size]));
  const bad: Bad = (key, must, is) => fault("DPS-E502", `${path}: ${key}`, must, is, "The file is damaged or was edited; fetch it again or fit again.");
  checkMeasurements(model, sizes, bad);
  checkStated(model, sizes, bad);
  checkExpansions(model, sizes, bad);
  checkCliques(model, sizes.size, bad);
  checkTargets(model, sizes, bad);
}

function checkTargets({ targets = [] }: ModelFile, sizes: ReadonlyMap<string, number>, bad: Bad): void {
  targets.forEach(({ columns, shape, groups, weights }, i) => {
    checkTable(`targets[${i}]`, "weights", columns, shape, weights.length, bad);
    columns.forEach((name, axis) => {
      checkGroups(`targets[${i}].groups[${axis}]`, groups[axis], sizes.get(name) ?? 0, shape[axis], bad);
    });
    if (!weights.some((w) => w > 0)) throw bad(`targets[${i}].weights`, "positive somewhere", "all zero");
  });
}

function checkMeasurements({ measurements }: ModelFile, sizes: ReadonlyMap<string, number>, bad: Bad): void {
  measurements.forEach(({ columns, shape, groups, parts, counts }, i) => {
    const where = `measurements[${i}]`;
    checkTable(where, parts === undefined ? "counts" : "parts", columns, shape, (parts ?? counts).length, bad);
    if (groups !== undefined && groups.length !== columns.length) throw bad(`${where}.groups`, "one list for each column", "not");
    columns.forEach((name, axis) => {
      const size = sizes.get(name) ?? 0;
      if (groups !== undefined) checkGroups(`${where}.groups[${axis}]`, groups[axis], size, shape[axis], bad);
      else if (shape[axis] > size) throw bad(`${where}.shape[${axis}]`, "of a learned column, and at most its size", "not");
    });
    if (parts?.some((part) => part >= counts.length)) throw bad(`${where}.parts`, "places of counts", "not");
  });
}

/** Codes of a column led to codes of a table, none of which is without. */
function checkGroups(where: string, groups: readonly number[], size: number, cells: number, bad: Bad): void {
  if (groups.length !== size) throw bad(where, "one entry for each code of a learned column", "not");
  if (new Set(groups).size !== cells || groups.some((g) => g >= cells)) throw bad(where, "the codes of the table's axis, each at least once", "not");
}

function checkStated({ stated = [] }: ModelFile, sizes: ReadonlyMap<string, number>, bad: Bad): void {
  stated.forEach(({ columns, shape, cells, counts }, i) => {
    columns.forEach((name, axis) => {
      if (shape[axis] !== sizes.get(name)) throw bad(`stated[${i}].shape[${axis}]`, "the size of a learned column", "not");
    });
    const all = shape.reduce((product, size) => product * size, 1);
    if (shape.length !== columns.length || counts.length !== cells.length) throw bad(`stated[${i}]`, "one size a column and one count a cell", "not");
    if (cells.some((cell, j) => cell >= all || (j > 0 && cell <= cells[j - 1]))) throw bad(`stated[${i}].cells`, "cells of the table, ascending", "not");
  });
}

function checkExpansions({ expansions }: ModelFile, sizes: ReadonlyMap<string, number>, bad: Bad): void {
  for (const [name, size] of sizes) {
    if (!Object.hasOwn(expansions, name)) throw bad(`expansions.${name}`, "present for every learned column", "missing");
    const groups = expansions[name];
    const codes = groups.flatMap((g) => g.codes).sort((a, b) => a - b);
    if (codes.length !== size || codes.some((c, i) => c !== i)) throw bad(`expansions.${name}`, "a partition of the column's codes", "not");
    if (groups.some((g) => g.codes.length === 0 || g.weights.length !== g.codes.length)) throw bad(`expansions.${name}`, "one weight a code", "not");
  }
  if (Object.keys(expansions).length !== sizes.size) throw bad("expansions", "of learned columns only", "naming others");
}

function checkCliques({ cliques, expansions }: ModelFile, learned: number, bad: Bad): void {
  const known = new Set<string>();
  cliques.forEach(({ columns, shape, weights }, i) => {
    checkTable(`cliques[${i}]`, "weights", columns, shape, weights.length, bad);
    columns.forEach((name, axis) => {
      const groups = Object.hasOwn(expansions, name) ? expansions[name].length : 0;
      if (groups !== shape[axis]) throw bad(`cliques[${i}].shape[${axis}]`, "the number of its column's groups", "not");
    });
    if (columns.every((c) => known.has(c))) throw bad(`cliques[${i}]`, "adding a column", "adding none");
    if (!weights.some((w) => w > 0)) throw bad(`cliques[${i}].weights`, "positive somewhere", "all zero");
    for (const c of columns) known.add(c);
  });
  if (known.size !== learned) throw bad("cliques", "covering every learned column", "leaving some out");
}

function checkTable(where: string, what: string, columns: readonly string[], shape: readonly number[], length: number, bad: Bad): void {
  const cells = shape.reduce((p, s) => p * s, 1);
  if (!(cells <= MOST_CELLS)) throw bad(`${where}.shape`, "of at most 2^27 cells", "of more");
  if (shape.length !== columns.length || length !== cells) throw bad(`${where}.${what}`, "as many as the shape has cells", "not");
  if (new Set(columns).size !== columns.length) throw bad(`${where}.columns`, "distinct", "not");
}
