import type { UtilityOptions } from "../audit/utility/measure.js";
import type { Domain } from "../domain/column.js";
import type { Utility } from "../formats/report.js";
import { checkTable } from "../table/read/check-table.js";

/** What a caller may ask of usefulness. */
export type UsefulnessRequest = Omit<UtilityOptions, "conformity">;

/** Cells that the schema does not allow, in the release and in the real tables together, column by column. */
export async function conformityOf(release: { readonly path: string; readonly domain: Domain }, real: { readonly paths: readonly string[]; readonly domain: Domain }): Promise<Utility["conformity"]> {
  const made = await checkTable(release.path, release.domain, { release: true });
  const tables: Awaited<ReturnType<typeof checkTable>>[] = [];
  for (const path of real.paths) tables.push(await checkTable(path, real.domain));
  const columns = tables[0].columns.map((column, c) => {
    const sum = (key: "nulls" | "unseen" | "unparsable" | "outOfBounds"): number => tables.reduce((total, table) => total + table.columns[c][key], 0);
    return { ...column, nulls: sum("nulls"), unseen: sum("unseen"), unparsable: sum("unparsable"), outOfBounds: sum("outOfBounds") };
  });
  return { release: made, real: { rows: tables.reduce((total, table) => total + table.rows, 0), columns } };
}
