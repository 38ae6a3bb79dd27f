import { type DpsynthError, fault } from "../../base/errors.js";
import { type Clique, cells } from "../../domain/clique.js";
import { encodeCell } from "../../domain/codec.js";
import type { Column, Domain } from "../../domain/column.js";
import type { MarginalsFile } from "../../formats/marginals.js";

/** A table that others measured, some or all of its cells. */
export interface StatedTable {
  readonly clique: Clique;
  /** Measured cells of the row-major table, ascending. */
  readonly cells: Uint32Array;
  readonly counts: Float64Array;
  readonly sigma: number;
}

type Table = MarginalsFile["tables"][number];
type Value = Table["cells"][number]["values"][number];
type Bad = (key: string, must: string, is: string) => DpsynthError;

/** Cells of one table, as many as a model may have. */
const MOST_CELLS = 2 ** 27;

/** Named values to cells of the domain. Throws DPS-E531 with the place of the first that the schema does not know. */
export function statedTables({ tables }: MarginalsFile, domain: Domain, file: string): StatedTable[] {
  return tables.map((table, t) =>
    statedTable(table, domain, (key, must, is) => fault("DPS-E531", `${file}: tables[${t}]${key}`, must, is, "Mend the file; the schema that it names says which columns and values there are.")),
  );
}

function statedTable(table: Table, domain: Domain, bad: Bad): StatedTable {
  const columns = columnsOf(table, domain, bad);
  const clique = [...columns].sort((a, b) => a - b);
  const sizes = domain.columns.map((c) => c.size);
  if (!(cells(clique, sizes) <= MOST_CELLS)) throw bad(".columns", "columns of at most 2^27 cells together", "more");
  const listed = new Map<number, number>();
  table.cells.forEach(({ values, count }, i) => {
    if (values.length !== columns.length) throw bad(`.cells[${i}].values`, `${columns.length} values, one for each column`, `${values.length}`);
    const codes = new Map(values.map((value, axis) => [columns[axis], codeOf(domain.columns[columns[axis]], value, (must, is) => bad(`.cells[${i}].values[${axis}]`, must, is))]));
    const cell = clique.reduce((at, column) => at * sizes[column] + (codes.get(column) as number), 0);
    if (listed.has(cell)) throw bad(`.cells[${i}]`, "another cell than those before it", "one of them again");
    listed.set(cell, count);
  });
  const ascending = [...listed].sort(([a], [b]) => a - b);
  return { clique, cells: Uint32Array.from(ascending, ([cell]) => cell), counts: Float64Array.from(ascending, ([, count]) => count), sigma: table.sigma };
}

function columnsOf({ columns }: Table, domain: Domain, bad: Bad): number[] {
  return columns.map((name, i) => {
    if (columns.indexOf(name) !== i) throw bad(`.columns[${i}]`, "another column than those before it", "one of them again");
    const at = domain.columns.findIndex((column) => column.name === name);
    if (at < 0) throw bad(`.columns[${i}]`, "a column that the schema has and a model learns", "none");
    return at;
  });
}

/** The code of one value, by the same rules as a table's cell, but that nothing is coerced. */
function codeOf(column: Column, value: Value, bad: (must: string, is: string) => DpsynthError): number {
  if (value === null) {
    if (column.nullCode === undefined) throw bad(`a value of “${column.name}”, which is not nullable`, "null");
    return column.nullCode;
  }
  if (typeof value === "boolean" && column.type === "boolean") return value ? 1 : 0;
  const { code, placement } = encodeCell(column, [], String(value));
  if (placement !== "value") throw bad(`a value of “${column.name}”`, "none that the schema knows");
  return code;
}
