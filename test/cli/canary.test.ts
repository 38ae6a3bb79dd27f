import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peopleCsv } from "../../src/app/demo/people.js";
import { openDuckDb, sqlText } from "../../src/table/duckdb.js";
import { dpsynth, type Ended } from "../support/cli/run.js";
import { config, peopleWorkspace, removeAll, tinyCsv, tinyWorkspace, upTo, type Workspace } from "../support/cli/workspace.js";

/** Words that stand in no program and no message: wherever they turn up, they came from a cell. */
const CANARY = "Quetzalcoatlus";
const NUMBER_CANARY = "7316049528";
const SEEN = new RegExp(`${CANARY}|${NUMBER_CANARY}`, "i");

afterAll(removeAll);

/** Everything a run says and leaves: no canary in any of it, the tables themselves aside. */
function expectSilent(w: Workspace, ended: Ended, inputs: readonly string[]): void {
  expect(ended.stdout).not.toMatch(SEEN);
  expect(ended.stderr).not.toMatch(SEEN);
  for (const name of w.files().filter((file) => !inputs.includes(file))) expect(`${name} ${readFileSync(w.file(name), "latin1")}`).not.toMatch(SEEN);
}

describe("a cell in a good table", () => {
  /** A canary in every column of people, as unseen category, unparsable number, identifier, date; and one row of nothing else. */
  const planted = (): string => {
    const lines = [...peopleCsv(1200, "canary")].map((line) => line.trimEnd().split(","));
    const [header] = lines;
    header.forEach((_, column) => {
      lines[7 + 11 * column][column] = CANARY;
      lines[9 + 11 * column][column] = NUMBER_CANARY;
    });
    lines.push(header.map(() => CANARY));
    return lines.map((cells) => `${cells.join(",")}\n`).join("");
  };
  const w = peopleWorkspace(5);

  beforeAll(() => {
    w.write("people.csv", planted());
    w.edit<{ audit: { targets: number } }>("dpsynth.config.json", (c) => {
      c.audit.targets = 100;
    });
  });

  it("is told by no verb, neither in words nor in any file it leaves", async () => {
    const job = [
      ["budget", "create", "people", "--epsilon", "3"],
      ["split"],
      ["check", "--json"],
      ["fit", "--yes", "--json"],
      ["sample", "-o", "release.csv", "--json"],
      ["audit", "--json"],
      ["report"],
      ["gate", "--json"],
      ["verify", "release.manifest.json"],
      ["budget", "show", "people"],
      ["budget", "verify", "people"],
    ];
    for (const args of job) {
      const ended = await dpsynth(w.root, args, { DPSYNTH_DEBUG: "1" });
      expect({ args, ok: ended.code === 0 || ended.code === 4 }).toEqual({ args, ok: true });
      expectSilent(w, ended, ["people.csv"]);
    }
    const left = w.files();
    for (const name of ["people.model.json", "release.manifest.json", "reports/people/certificate.html", "reports/people/report.html", "privacy-budgets/people/ledger.jsonl"])
      expect(left).toContain(name);
  });
});

describe("a cell in a bad table", () => {
  const cells = `1,${CANARY},${NUMBER_CANARY}`;
  const csv = `${tinyCsv(40)}${cells}\n`;
  let parquet: Buffer;
  beforeAll(async () => {
    const w = tinyWorkspace(1);
    w.write("p.csv", csv);
    const db = await openDuckDb();
    await db.connection.run(`COPY (FROM read_csv(${sqlText(w.file("p.csv"))}, all_varchar = true)) TO ${sqlText(w.file("p.parquet"))} (FORMAT parquet, COMPRESSION uncompressed)`);
    db.close();
    parquet = readFileSync(w.file("p.parquet"));
  });

  const bad: [string, string, () => string | Uint8Array][] = [
    ["a file whose first row is data", "t.csv", () => `${cells}\n${cells}\n`],
    ["an unknown column", "t.csv", () => `age,sex,town,${CANARY}\n${cells},5\n`],
    ["a duplicate column", "t.csv", () => `age,sex,town,${CANARY},${CANARY}\n`],
    ["a quote that never ends", "t.csv", () => `age,sex,town\n1,"${CANARY},north\n${cells}\n`],
    ["a quoted header that never ends", "t.csv", () => `"age,sex,town\n${cells}\n`],
    ["too many and too few cells", "t.csv", () => `${csv}${CANARY}\n${cells},${CANARY},${CANARY}\n`],
    ["broken UTF-8 beside it", "t.csv", () => Buffer.from(`${csv}1,${CANARY}\xff,north\n`, "latin1")],
    ["a zero byte beside it", "t.csv", () => `${csv}1,${CANARY}\0,north\n`],
    ["a very long line", "t.csv", () => `${csv}1,${CANARY.repeat(300_000)},north\n`],
    ["another delimiter", "t.csv", () => csv.replaceAll(",", ";")],
    ["half a gzip", "t.csv.gz", () => gzipSync(csv).subarray(0, 120)],
    ["a Parquet file that lost its end", "t.parquet", () => parquet.subarray(0, parquet.length - 20)],
    ["a Parquet file with a broken column", "t.parquet", () => Buffer.concat([parquet.subarray(0, 60), Buffer.alloc(40, 0xa5), parquet.subarray(100)])],
    ["JSON lines that break off", "t.jsonl", () => `{"age": 1, "sex": "f", "town": "north"}\n{"age": 1, "sex": "${CANARY}", "town"\n`],
    ["JSON lines whose first is none", "t.jsonl", () => `{"age": 1, "sex": "${CANARY}",\n`],
    ["JSON that is a list", "t.jsonl", () => `["${CANARY}", ${NUMBER_CANARY}]\n`],
    ["JSON of other keys", "t.jsonl", () => `{"${CANARY}": 1, "sex": "${CANARY}"}\n`],
    ["JSON with nested values", "t.jsonl", () => `{"age": {"${CANARY}": 1}, "sex": ["${CANARY}"], "town": "${CANARY}"}\n`],
  ];

  it.each(bad)("%s: split, fit and init tell nothing of it", async (_, name, content) => {
    const w = tinyWorkspace(30);
    await upTo(w, "budget");
    w.write(name, content());
    const env = { DPSYNTH_TABLE: name, DPSYNTH_DEBUG: "1" };
    for (const args of [["split"], ["fit", "--yes"]]) {
      const ended = await dpsynth(w.root, args, env);
      expect({ args, code: ended.code === 0 || ended.code === 2 }).toEqual({ args, code: true });
      expectSilent(w, ended, [name]);
    }
    const drafted = await dpsynth(w.root, ["init", name, "--force"], env);
    expect([0, 2]).toContain(drafted.code);
    // a draft names the columns and categories it found, each marked "source": "data"; its words and faults do not
    if (drafted.code !== 0) expectSilent(w, drafted, [name]);
    expect(
      drafted.stderr
        .split("\n")
        .filter((line) => line.startsWith("DPS-E"))
        .join("\n"),
    ).not.toMatch(SEEN);
  });
});

describe("one row more, of a category never seen", () => {
  const words = (text: string): string =>
    text
      .replace(/fit-\d+-[0-9a-f]+/g, "FIT")
      .replace(/[0-9a-f]{8,}/g, "HASH")
      .replace(/\d+(\.\d+)?(e-?\d+)?/g, "N");
  const job = [
    ["budget", "create", "people", "--epsilon", "3"],
    ["split"],
    ["plan"],
    ["fit", "--yes", "--epsilon", "1"],
    ["sample", "-n", "200", "-o", "release.csv"],
    ["verify", "release.manifest.json"],
  ];

  async function told(table: string): Promise<{ told: unknown[]; schema: unknown; columns: string }> {
    const w = tinyWorkspace(5);
    w.write("people.csv", table);
    w.write("dpsynth.config.json", JSON.stringify(config("people.csv")));
    const ends = [];
    for (const args of job) {
      const { code, stdout, stderr } = await dpsynth(w.root, args);
      ends.push({ args, code, stdout: words(stdout), stderr: words(stderr) });
    }
    const model = w.json<{ schema: unknown }>("people.model.json");
    return { told: ends, schema: model.schema, columns: w.read("release.csv").split("\n")[0] };
  }

  it("changes no exit code, no word, no column and nothing in the model's schema", async () => {
    const table = tinyCsv(300);
    const before = await told(table);
    for (const row of [`17,${CANARY},north`, `${NUMBER_CANARY},${CANARY},${CANARY}`, ",,", `17,"${CANARY}\n${CANARY}",north`]) expect(await told(`${table}${row}\n`)).toEqual(before);
  });
});
