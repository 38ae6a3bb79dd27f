import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, sha256Hex } from "../../../src/base/hash.js";
import { macOf } from "../../../src/curator/ledger/key.js";
import type { EntryBody, LedgerEntry } from "../../../src/formats/ledger.js";
import { ledgerLines, writeLines } from "./budget.js";

/** Write entries that no honest dpsynth writes, with the true key: only their sense can give them away. */
export function forge(folder: string, bodies: readonly EntryBody[]): void {
  const key = Buffer.from(readFileSync(join(folder, "people", "key"), "latin1").trim(), "hex");
  const lines = ledgerLines(folder).slice(0, 1);
  for (const [i, body] of bodies.entries()) {
    const fields: Omit<LedgerEntry, "mac"> = { seq: i + 1, at: "2026-01-01T00:00:00.000Z", prev: sha256Hex(lines[i] as string), body };
    lines.push(canonicalJson({ ...fields, mac: macOf(key, fields) }));
  }
  writeLines(folder, lines);
}
