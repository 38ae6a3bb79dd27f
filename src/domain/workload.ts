import { fault } from "../base/errors.js";
import type { Clique } from "./clique.js";
import type { Domain } from "./column.js";

/** What a fit is for, where its owner says so: public facts, like the schema. */
export interface Goal {
  /** Marginals that the release will be used for. All pairs of columns where absent. */
  readonly workload?: readonly Clique[];
  /** Cap on the model's cells. */
  readonly modelCells?: number;
}

/** Longest marginal of a workload: each of its subsets is a candidate. */
export const WAYS_MAX = 5;

/** Column names as cliques of the domain. @param where the file and key that the names stand in, for faults */
export function workloadOf(names: readonly (readonly string[])[], domain: Domain, where: string): Clique[] {
  const next = "Name columns of the schema that are learnt from; identifiers are not.";
  if (names.length === 0) throw fault("DPS-E129", where, "a list of at least one marginal", "empty", next);
  const at = new Map(domain.columns.map(({ name }, c) => [name, c]));
  return names.map((marginal, i) => {
    const path = `${where}[${i}]`;
    if (marginal.length === 0 || marginal.length > WAYS_MAX) throw fault("DPS-E129", path, `1 to ${WAYS_MAX} columns`, `${marginal.length} columns`, next);
    const clique = marginal.map((name) => {
      const column = at.get(name);
      if (column === undefined) throw fault("DPS-E129", path, "columns of the schema", JSON.stringify(name), next);
      return column;
    });
    if (new Set(clique).size < clique.length) throw fault("DPS-E129", path, "each column once", JSON.stringify(marginal.find((name, k) => marginal.indexOf(name) < k)), next);
    return clique.sort((a, b) => a - b);
  });
}
