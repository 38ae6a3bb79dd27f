import type { Domain } from "../../domain/column.js";
import { missingOf } from "../../domain/from-schema.js";
import { isMissing } from "./encode-sql.js";
import { withSource } from "./query.js";
import type { SourceColumn } from "./source.js";
import { TextNumbers } from "./text-numbers.js";
import { unreadable } from "./unreadable.js";

/**
 * Exact number of rows per text of a string column, over the rows with `counted[row] ≠ 0` in the order of `readTable`;
 * texts that mean null are left out. Confidential: for paid discovery behind the curator.
 */
export async function textCounts(path: string, domain: Domain, column: string, counted: Uint8Array): Promise<Iterable<readonly [string, number]>> {
  return await withSource(path, domain, async (db, source) => {
    const { sql } = source.columns.get(column) as SourceColumn;
    const field = domain.columns.find((c) => c.name === column)?.field;
    const text = `CAST(${sql} AS VARCHAR)`;
    const counts = new TextNumbers();
    const result = await db.connection.stream(`SELECT CASE WHEN ${isMissing(text, field === undefined ? [] : missingOf(domain.schema, field))} THEN NULL ELSE ${text} END FROM ${source.from}`);
    let row = 0;
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const value of chunk.getColumnValues(0)) {
        if (counted[row] === 1 && typeof value === "string") counts.set(value, (counts.get(value) ?? 0) + 1);
        row += 1;
      }
    }
    // Another number of rows than was split and fingerprinted: another table, of which nothing may be counted.
    if (row !== counted.length) throw unreadable(path);
    return counts;
  });
}
