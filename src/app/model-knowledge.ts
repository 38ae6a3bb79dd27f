import { marginalTable } from "../audit/attacks/membership-white-box.js";
import type { ModelTables, NoisyTable } from "../audit/context.js";
import { parse, toDouble } from "../base/rational.js";
import type { Domain } from "../domain/column.js";
import type { Measurement, ModelFile } from "../formats/model.js";
import { codeMasses } from "../synth/release/within-bin.js";

/** The model's cliques as column indices. */
export function cliquesOf(model: Pick<ModelFile, "cliques">, domain: Domain): number[][] {
  const index = indexOf(domain);
  return model.cliques.map(({ columns }) => columns.map((name) => index.get(name) as number));
}

function indexOf(domain: Domain): Map<string, number> {
  return new Map(domain.columns.map((column, c) => [column.name, c]));
}

/**
 * The noisy counts that a model publishes, with the count of each row. Left out are the table of no column, the number of rows, and a measurement at
 * a resolution that the model does not write down (in groups, as the column's codes, or as those of its expansion).
 */
export function noisyTables({ measurements, expansions }: Pick<ModelFile, "measurements" | "expansions">, domain: Domain): NoisyTable[] {
  return measurements.flatMap((measurement) => {
    const sigma2 = parse(measurement.variance);
    return sigma2 === undefined ? [] : placed(expansions, domain, { ...measurement, variance: toDouble(sigma2) });
  });
}

/** The model's clique tables, with the cell of each row, and how each lumped column is spread over its codes. */
export function modelTables(model: Pick<ModelFile, "cliques" | "expansions">, domain: Domain): ModelTables {
  const cliques = model.cliques.flatMap(({ columns, shape, weights }) => placed(model.expansions, domain, { columns, shape, counts: weights, variance: 0 }));
  const refinements = domain.columns.flatMap(({ name, size }, c) => {
    const expansion = model.expansions[name];
    const holder = cliques.find(({ columns }) => columns.includes(c));
    if (holder === undefined || expansion === undefined || expansion.length === size) return [];
    const codes = Uint32Array.from({ length: size }, (_, code) => code);
    return [{ coarse: marginalTable(holder, [c]), fine: { columns: [c], groups: [codes], shape: [size], counts: codeMasses(model, name, size), variance: 0 } }];
  });
  return { cliques, refinements };
}

interface NamedTable extends Pick<Measurement, "columns" | "shape" | "groups" | "parts" | "counts"> {
  readonly variance: number;
}

/** A table whose columns are known by name, with each column's codes led to its cells; none where they fit no resolution that is known. */
function placed(expansions: ModelFile["expansions"], domain: Domain, { columns, shape, groups: written, parts, counts, variance }: NamedTable): NoisyTable[] {
  const index = indexOf(domain);
  const at = columns.map((name) => index.get(name));
  const groups: readonly (ArrayLike<number> | null)[] = written ?? columns.map((name, j) => codesToCells(expansions[name], domain.columns[at[j] ?? 0]?.size ?? 0, shape[j]));
  if (columns.length === 0 || at.includes(undefined) || groups.includes(null)) return [];
  return [{ columns: at as number[], groups: groups as readonly ArrayLike<number>[], shape, ...(parts === undefined ? {} : { parts }), counts, variance }];
}

/** The table's code of each of a column's codes; null where neither fits. */
function codesToCells(expansion: ModelFile["expansions"][string] | undefined, size: number, cells: number): Uint32Array | null {
  if (cells === size) return Uint32Array.from({ length: size }, (_, code) => code);
  if (expansion === undefined || expansion.length !== cells) return null;
  const out = new Uint32Array(size);
  for (const [cell, { codes }] of expansion.entries()) for (const code of codes) out[code] = cell;
  return out;
}
