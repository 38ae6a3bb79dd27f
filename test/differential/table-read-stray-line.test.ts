import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DpsynthError } from "../../src/base/errors.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { checkFile } from "../../src/table/read/check-file.js";
import { readTable } from "../../src/table/read/read-table.js";

const label = { nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all" };
const domain = domainFromSchema(
  tableSchema.parse({
    fields: [
      { name: "id", type: "identifier", dpsynth: { release: "drop" } },
      { name: "s", type: "string", categories: ["a", ",", '"', "\n", ",x", 'x"'], dpsynth: label },
      { name: "t", type: "string", categories: ["a", ",", '"', "\n", ",x", "x,"], dpsynth: label },
    ],
    dpsynth: { version: 1, privacyUnit: { kind: "person", column: "id", maxRows: 2 } },
  }),
  "t",
);

const text = fc.array(fc.constantFrom("a", "x", ",", '"', "\n", "\r\n", " ", "7", "é"), { maxLength: 4 }).map((c) => c.join(""));
const record = fc.tuple(text, text, text);
const junk = fc.array(fc.constantFrom("a", "1", ",", '"', ',"', '",', '""', " ", "\r", "\t", "\0", "\\", "'", "é", "\xff"), { maxLength: 12 }).map((c) => c.join(""));

/** As RFC 4180 writes a cell: quoted where it must be, or everywhere. */
const cell = (value: string, always: boolean): string => (always || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
/** É in two bytes of UTF-8, \xff as the byte that UTF-8 does not have. */
const bytesOf = (line: string): Buffer => Buffer.from(Buffer.from(line, "utf8").toString("latin1").replaceAll("Ã¿", "\xff"), "latin1");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stray-line-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows as texts with their number, or undefined where the file is refused. */
async function rowsOf(name: string, lines: readonly string[]): Promise<Map<string, number> | undefined> {
  const path = join(folder, name);
  writeFileSync(path, bytesOf(lines.join("")));
  try {
    await checkFile(path, domain);
  } catch (error) {
    if (error instanceof DpsynthError) return undefined;
    throw error;
  }
  const table = await readTable(path, domain);
  const rows = new Map<string, number>();
  for (let i = 0; i < table.rows; i += 1) {
    const row = JSON.stringify([table.unitIds?.[(table.units as Uint32Array)[i]], ...table.codes.map((c) => c[i])]);
    rows.set(row, (rows.get(row) ?? 0) + 1);
  }
  return rows;
}

describe("a line of junk among a table's records", () => {
  it("makes the file refused, or leaves every other record as it is", { timeout: 180_000 }, async () => {
    let [refused, accepted] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 12 }), fc.boolean(), fc.constantFrom("\n", "\r\n"), junk, fc.nat(12), async (records, always, end, line, at) => {
        const lines = [["id", "s", "t"], ...records].map((r) => r.map((c) => cell(c, always)).join(",") + end);
        const before = await rowsOf("without.csv", lines);
        if (before === undefined) throw new Error("a proper table was refused");
        expect([...before.values()].reduce((a, b) => a + b, 0)).toBe(records.length);
        const place = 1 + Math.min(at, records.length);
        const after = await rowsOf("with.csv", [...lines.slice(0, place), line + end, ...lines.slice(place)]);
        if (after === undefined) {
          refused += 1;
          return;
        }
        accepted += 1;
        let [lost, added] = [0, 0];
        for (const row of new Set([...before.keys(), ...after.keys()])) {
          const more = (after.get(row) ?? 0) - (before.get(row) ?? 0);
          if (more < 0) lost -= more;
          else added += more;
        }
        expect(lost).toBe(0);
        expect(added).toBeLessThanOrEqual(line.split("\r").length);
      }),
      { numRuns: 200, seed: 20_261_122 },
    );
    expect(refused).toBeGreaterThan(30);
    expect(accepted).toBeGreaterThan(30);
  });
});

describe("a large table", () => {
  it("of quoted cells that span lines and look like rows has the rows that were written", async () => {
    const path = join(folder, "large.csv");
    const rows = 300_000;
    writeFileSync(path, `id,s,t\n${Array.from({ length: rows }, (_, i) => `${i % 1000},a,"${"7,a,a\n".repeat(17)}"\n`).join("")}`);
    await checkFile(path, domain);
    const table = await readTable(path, domain);
    expect(table.rows).toBe(rows);
    expect(table.unitCount).toBe(1000);
    expect(table.codes[0].every((c) => c === 0)).toBe(true);
  });
});
