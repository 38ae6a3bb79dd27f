import type { ReleaseColumn } from "../../domain/rows.js";
import type { FormatWriter } from "./format-writer.js";
import { openTextRows } from "./text-rows.js";

/** JSON lines: one object a row, keys in column order, null as null, numbers with fixed decimals, days and instants as ISO 8601 texts. */
export function openJsonl(file: string, target: string, columns: readonly ReleaseColumn[]): Promise<FormatWriter> {
  return openTextRows(file, target, columns, {
    header: "",
    before: (c) => `${c === 0 ? "{" : ","}${JSON.stringify(columns[c].name)}:`,
    rowEnd: "}\n",
    text: (t) => JSON.stringify(t),
    time: (t) => `"${t}"`,
    nullCell: () => "null",
  });
}
