import type { ReleaseColumn } from "../../domain/rows.js";
import type { FormatWriter } from "./format-writer.js";
import { openTextRows } from "./text-rows.js";

/**
 * CSV after RFC 4180 in UTF-8, with a header and LF line ends. Null is the column's null text, an empty cell by default; the empty text is `""`. Numbers have fixed decimals,
 * days and instants are ISO 8601, booleans `true` and `false`.
 */
export function openCsv(file: string, target: string, columns: readonly ReleaseColumn[]): Promise<FormatWriter> {
  return openTextRows(file, target, columns, {
    header: `${columns.map((c) => csvText(c.name)).join(",")}\n`,
    before: (c) => (c === 0 ? "" : ","),
    rowEnd: "\n",
    text: csvText,
    time: (t) => t,
    nullCell: ({ nullText }) => (nullText === undefined || nullText === "" ? "" : csvText(nullText)),
  });
}

/** Quoted where it must be, where it is empty (an empty cell is null) and where a space at an end could be trimmed. */
function csvText(text: string): string {
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
