import type { Column, Domain } from "../../domain/column.js";
import type { EncodedTable } from "../../table/encoded.js";
import type { MixedTable } from "../distance/mixed.js";
import { rawValues } from "../distance/space.js";

/** Places of the domain's columns among numbers and categories. */
export interface PublicSpace {
  readonly numericColumns: readonly number[];
  readonly categoricalColumns: readonly number[];
}

export function publicSpace({ columns }: Domain): PublicSpace {
  const where = (binned: boolean) => columns.flatMap((column, c) => ((column.bins !== undefined) === binned ? [c] : []));
  return { numericColumns: where(true), categoricalColumns: where(false) };
}

/** A table as points of the mixed distance, scaled by declared bounds alone: no other row moves a row's point. */
export function publicPoints(table: EncodedTable, space: PublicSpace): MixedTable {
  return {
    rows: table.rows,
    numeric: space.numericColumns.map((c) => {
      const range = declaredRange(table.domain.columns[c]);
      return rawValues(table, c).map((x) => x / range);
    }),
    categorical: space.categoricalColumns.map((c) => table.codes[c]),
  };
}

function declaredRange({ bins }: Column): number {
  const edges = bins?.edges ?? new Float64Array(0);
  const range = edges.length < 2 ? 0 : edges[edges.length - 1] - edges[0];
  return range > 0 ? range : 1;
}
