import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb, sqlText } from "../../../src/table/duckdb.js";
import { refused } from "../../support/cli/refused.js";
import { done, dpsynth } from "../../support/cli/run.js";
import { ledgerEntries, removeAll, tinyCsv, tinyWorkspace, upTo, type Workspace } from "../../support/cli/workspace.js";

afterAll(removeAll);

let template: Workspace;
let parquet: Buffer;

beforeAll(async () => {
  template = await upTo(tinyWorkspace(), "split");
  parquet = await parquetOf(template.file("people.csv"), template.file("whole.parquet"));
});

async function parquetOf(csv: string, path: string): Promise<Buffer> {
  const db = await openDuckDb();
  await db.connection.run(`COPY (FROM read_csv(${sqlText(csv)}, all_varchar = true)) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION uncompressed)`);
  db.close();
  return readFileSync(path);
}

/** A line of so many bytes, gzipped: members of one gzip file unpack one after the other. */
function oneLine(bytes: number): Buffer {
  const part = 1 << 24;
  const packed = gzipSync(Buffer.alloc(part, "x"));
  return Buffer.concat([...Array.from({ length: Math.floor(bytes / part) }, () => packed), gzipSync(Buffer.alloc(bytes % part, "x"))]);
}

/** A split workspace whose table is another file. */
function withTable(name: string, content: string | Uint8Array): Workspace {
  const w = template.copy();
  w.write(name, content);
  w.edit("dpsynth.config.json", (c) => Object.assign(c, { table: name }));
  return w;
}

/** A time of change that a file can be given again: whole seconds. */
const THEN = 1_700_000_000;
const HEADER = "age,sex,town\n";
const BAD: [string, string, () => string | Uint8Array, string][] = [
  ["an empty file", "t.csv", () => "", "DPS-E303"],
  ["an empty Parquet file", "t.parquet", () => "", "DPS-E303"],
  ["a duplicate column", "t.csv", () => "age,sex,town,sex\n1,f,north,f\n", "DPS-E305"],
  ["an unknown column", "t.csv", () => "age,sex,town,pay\n1,f,north,5\n", "DPS-E305"],
  ["a missing column", "t.csv", () => "age,sex\n1,f\n", "DPS-E305"],
  ["a wrong delimiter", "t.csv", () => tinyCsv(5).replaceAll(",", ";"), "DPS-E305"],
  ["no header", "t.csv", () => tinyCsv(5).slice(HEADER.length), "DPS-E305"],
  ["broken UTF-8 in the header", "t.csv", () => Buffer.from("\xffage,sex,town\n1,f,north\n", "latin1"), "DPS-E304"],
  ["broken UTF-8 in a cell far down", "t.csv", () => Buffer.from(`${tinyCsv(90_000)}1,f,n\xf6rd\n`, "latin1"), "DPS-E304"],
  ["a Parquet file that lost its end", "t.parquet", () => parquet.subarray(0, parquet.length - 9), "DPS-E307"],
  ["half a Parquet file", "t.parquet", () => parquet.subarray(0, parquet.length >> 1), "DPS-E307"],
  ["CSV under a Parquet name", "t.parquet", () => tinyCsv(5), "DPS-E307"],
  ["Parquet under a CSV name", "t.csv", () => parquet, "DPS-E30"],
  ["half a gzip file", "t.csv.gz", () => gzipSync(tinyCsv(3000)).subarray(0, 400), "DPS-E306"],
  ["text under a gzip name", "t.csv.gz", () => tinyCsv(5), "DPS-E306"],
  ["JSON that is one list", "t.jsonl", () => '[{"age": 1, "sex": "f", "town": "north"}]\n', "DPS-E305"],
  ["a JSON line above 1 GiB", "t.jsonl.gz", () => oneLine((1 << 30) + 1), "DPS-E314"],
  ["another ending", "t.xlsx", () => tinyCsv(5), "DPS-E308"],
];

describe("a table that is none", () => {
  it.each(BAD)("%s stops split and fit with nothing on record", async (_, name, content, code) => {
    const w = withTable(name, content());
    for (const args of [["split"], ["fit", "--yes"]]) await refused(w, args, { says: code });
  });

  it("a missing file, a folder, and a device", async () => {
    const w = withTable("t.csv", "");
    mkdirSync(w.file("folder.csv"));
    for (const args of [["split"], ["fit", "--yes"], ["check"]]) {
      await refused(w, [...args, "--table", "nowhere.csv"], { says: "DPS-E301 nowhere.csv: must be a file that can be read, but is missing." });
      await refused(w, [...args, "--table", "folder.csv"], { says: "DPS-E302 folder.csv" });
    }
    w.edit<{ dpsynth: object }>("people.schema.json", (s) => Object.assign(s.dpsynth, { dialect: { format: "csv" } }));
    await refused(w, ["check", "--table", "/dev/null"], { says: "DPS-E302" });
  });

  it.each(BAD.filter(([what]) => !/column|delimiter|header$/.test(what)))("%s stops init, which writes nothing", async (_, name, content) => {
    const w = tinyWorkspace(5);
    w.write(name, content());
    await refused(w, ["init", name, "--force"], { says: /^DPS-E3/ });
  });

  it("a duplicate or an empty column name stops init", async () => {
    const w = tinyWorkspace(5);
    w.write("t.csv", "a,a\n1,2\n");
    w.write("u.csv", "a,\n1,2\n");
    for (const name of ["t.csv", "u.csv"]) await refused(w, ["init", name, "--force"], { says: /^DPS-E[23]/ });
  });
});

describe("a table that is not the one attached", () => {
  it("stops a fit before a row is read", async () => {
    const w = withTable("t.csv", tinyCsv(401));
    await refused(w, ["fit", "--yes"], { says: "DPS-E120 t.csv" });
    await refused(w, ["run", "--yes", "--table", "nowhere.csv"], { says: "DPS-E301" });
  });

  it("is refused by a fit as one that changed since", async () => {
    const w = withTable("t.csv", tinyCsv(400));
    await done(w.root, ["budget", "attach"]);
    writeFileSync(w.file("t.csv"), tinyCsv(402));
    await refused(w, ["fit", "--yes"], { says: /DPS-E120 t\.csv: .* changed since/ });
  });

  it("costs the whole reservation where it changed so that only reading tells", async () => {
    const w = withTable("t.csv", tinyCsv(400));
    utimesSync(w.file("t.csv"), THEN, THEN);
    await done(w.root, ["budget", "attach"]);
    w.write("t.csv", tinyCsv(400).replace("north", "south"));
    utimesSync(w.file("t.csv"), THEN, THEN);
    await refused(w, ["fit", "--yes"], { says: /DPS-E120 t\.csv/, adds: ["reserve"] });
  });
});

it("a Parquet file that is broken inside costs the whole reservation, since rows were read", async () => {
  const w = withTable("t.parquet", parquet);
  utimesSync(w.file("t.parquet"), THEN, THEN);
  await done(w.root, ["budget", "attach"]);
  const broken = Buffer.from(parquet);
  broken.fill(0xa5, 4, parquet.length >> 1);
  w.write("t.parquet", broken);
  utimesSync(w.file("t.parquet"), THEN, THEN);
  await refused(w, ["fit", "--yes"], { says: /DPS-E310 t\.parquet: .*/, adds: ["reserve"] });
  const shown = JSON.parse((await done(w.root, ["budget", "show", "people", "--json"])).stdout) as { spentEpsilon: number };
  expect(shown.spentEpsilon).toBeCloseTo(1, 6);
});

describe("a table with a header and no row", () => {
  it.each([
    ["CSV", "t.csv", () => HEADER],
    ["CSV without a last newline", "t.csv", () => HEADER.trimEnd()],
    ["JSON lines, which have no header", "t.jsonl", () => ""],
    ["Parquet", "t.parquet", undefined],
  ] as const)("is legal: %s is fitted to pure noise, sampled, audited, and the gate is inconclusive", async (_, name, content) => {
    const w = tinyWorkspace(0);
    if (content !== undefined) w.write(name, content());
    else await parquetOf(w.file("people.csv"), w.file(name));
    w.edit("dpsynth.config.json", (c) => Object.assign(c, { table: name }));
    await upTo(w, "sample");
    await done(w.root, ["audit", "-q"]);
    await done(w.root, ["report", "-q"]);
    const { code, stdout } = await dpsynth(w.root, ["gate"]);
    expect([code, stdout.split(" ")[0]]).toEqual([4, "INCONCLUSIVE"]);
    expect(ledgerEntries(w).map((e) => e.body.kind)).toContain("commit");
  });
});
