import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { decoder } from "../../src/synth/release/decode.js";
import { readTable } from "../../src/table/read/read-table.js";
import { openSink } from "../../src/table/write/sink.js";

test("a null written to text is read as null again, whatever the schema's word for it", async () => {
  const binned = { nullable: true, onNull: "null", onUnparsable: "first", onOutOfBounds: "clamp" };
  const schema = tableSchema.parse({
    missingValues: ["N"],
    fields: [
      { name: "s", type: "string", categories: ["a", "b"], dpsynth: { nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all" } },
      { name: "n", type: "integer", constraints: { minimum: 0, maximum: 3 }, dpsynth: binned },
      { name: "own", type: "integer", missingValues: ["-", "?"], constraints: { minimum: 0, maximum: 3 }, dpsynth: binned },
    ],
    dpsynth: { version: 1, privacyUnit: { kind: "row" } },
  });
  const domain = domainFromSchema(schema, "s.json");
  const codes = domain.columns.map((c) => Uint8Array.from([c.nullCode as number, 0, 1]));
  const { columns, decode } = await decoder(domain, "1");
  const folder = mkdtempSync(join(tmpdir(), "nulls-"));
  try {
    for (const format of ["csv", "jsonl", "parquet"] as const) {
      const path = join(folder, `t.${format}`);
      const sink = await openSink(path, format, columns);
      await sink.write(decode(0, codes, 3));
      await sink.close();
      const read = await readTable(path, domain, { release: true });
      expect(read.codes.map((c) => [...c])).toEqual(codes.map((c) => [...c]));
    }
    expect(readFileSync(join(folder, "t.csv"), "utf8").split("\n")[1]).toBe("N,N,-");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
