import { type Clique, cells } from "../domain/clique.js";
import { type ExactMarginal, exactMarginal } from "../domain/marginal.js";
import type { EncodedTable } from "../table/encoded.js";

/** One clique, one row at a time: the judge of every other engine. O(rows · |clique|). */
export function countPlain(table: EncodedTable, clique: Clique): ExactMarginal {
  const sizes = table.domain.columns.map((c) => c.size);
  const counts = new Float64Array(cells(clique, sizes));
  for (let row = 0; row < table.rows; row += 1) {
    let cell = 0;
    for (const column of clique) cell = cell * sizes[column] + table.codes[column][row];
    counts[cell] += 1;
  }
  return exactMarginal(clique, counts);
}
