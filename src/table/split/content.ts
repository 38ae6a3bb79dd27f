import type { EncodedTable } from "../encoded.js";

/**
 * The table as split, truncation and fingerprint see it: codes of declared columns, raw words of undeclared ones. A row's
 * content is then the same before and after a column is discovered, and two rows are equal only where their texts are.
 */
export function contentOf(table: EncodedTable): EncodedTable {
  if (table.rawWords === undefined) return table;
  const declared = table.codes.filter((_, c) => table.domain.columns[c].field.dpsynth.source !== "discover");
  const { rawWords, values: _, ...rest } = table;
  return { ...rest, codes: [...declared, ...rawWords] };
}
