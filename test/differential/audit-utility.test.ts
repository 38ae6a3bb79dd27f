import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { sdmetricsScores } from "../../src/audit/utility/sdmetrics/scores.js";
import type { Column } from "../../src/domain/column.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { dataFolder, readPlainCsv } from "../support/audit-tables.js";
import { farApart, inPackageWords, SDMETRICS, tablesOf, utilityOf } from "../support/utility.js";

const python = process.env.DPSYNTH_JUDGES;
if (python === undefined) console.log("skipped: sdmetrics, the k-marginal and the TVD judge are asked only where DPSYNTH_JUDGES names their Python");
const has = (module: string): boolean => {
  try {
    execFileSync(python as string, ["-c", `import ${module}`], { stdio: "ignore" });
    return true;
  } catch {
    console.log(`skipped: no ${module} in that Python`);
    return false;
  }
};
const nist = dataFolder("nist-excerpts");
const discrete = dataFolder("adult-discrete");
const hmeq = dataFolder("hmeq");
const judge = (name: string): string => join(process.env.DPSYNTH_DATA ?? "../shared/data", "../judges", name);
const scratch = mkdtempSync(join(tmpdir(), "dpsynth-utility-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function ask<T>(script: string, ...args: string[]): T {
  return JSON.parse(execFileSync(python as string, [script, ...args], { encoding: "utf8", maxBuffer: 1 << 26 })) as T;
}

describe.skipIf(python === undefined || !has("sdmetrics"))("scores of the package sdmetrics", () => {
  const script = join(import.meta.dirname, "sdmetrics_scores.py");

  test("the stored ones are what the package gives now", () => {
    const stored = JSON.parse(readFileSync(SDMETRICS("scores.json"), "utf8"));
    expect(farApart(ask<object>(script, SDMETRICS("schema.json"), SDMETRICS("real.csv"), SDMETRICS("synthetic.csv")), stored)).toEqual([]);
  });

  test.skipIf(hmeq === null)("a table of loans with real nulls, halves against each other", async () => {
    const { header, rows } = readPlainCsv(join(hmeq as string, "hmeq.csv"));
    const words = ["BAD", "REASON", "JOB"];
    const of = (c: number): string[] => rows.map((row) => row[c]).filter((cell) => cell !== "");
    const fields = header.map((name, c) =>
      words.includes(name)
        ? { name, type: "string", categories: [...new Set(of(c))], dpsynth: { nullable: true, onNull: "null", onUnseen: "null" } }
        : {
            name,
            type: "number",
            constraints: {
              minimum: of(c)
                .map(Number)
                .reduce((a, b) => Math.min(a, b)),
              maximum: of(c)
                .map(Number)
                .reduce((a, b) => Math.max(a, b)),
            },
            dpsynth: { nullable: true, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp" },
          },
    );
    const path = (name: string): string => join(scratch, name);
    writeFileSync(path("schema.json"), JSON.stringify({ fields, dpsynth: { version: 1, privacyUnit: { kind: "row" } } }));
    const write = (name: string, part: string[][]): void => writeFileSync(path(name), `${[header, ...part].map((row) => row.join(",")).join("\n")}\n`);
    write("real.csv", rows.slice(0, 2500));
    write("made.csv", rows.slice(2500));
    const { domain, real, release } = await tablesOf(path("schema.json"), path("real.csv"), path("made.csv"));
    const ours = inPackageWords(sdmetricsScores(domain, real, release) as NonNullable<ReturnType<typeof sdmetricsScores>>);
    expect(farApart(ours, ask<object>(script, path("schema.json"), path("real.csv"), path("made.csv")))).toEqual([]);
  });
});

/** The NIST Excerpts as their dictionary declares them: numbers where it gives a range or all codes are whole numbers, else categories. */
function nistTable(columns: readonly string[], tables: readonly string[]): EncodedTable[] {
  const parts = tables.map((name) => {
    const { header, rows } = readPlainCsv(join(nist as string, name));
    return rows.map((row) => columns.map((column) => row[header.indexOf(column)]));
  });
  const numbers = ["AGEP", "POVPIP", "PINCP", "PWGTP", "WGTP", "NOC", "NPF", "EDU", "DENSITY"];
  const domainColumns = columns.map((name, c): Column => {
    const labels = [...new Set(parts.flat().map((row) => row[c]))];
    const common = { name, role: "none" as const, ordered: false, size: labels.length, labels, valueCount: labels.length, nullCode: labels.indexOf("N"), field: {} as Column["field"] };
    return numbers.includes(name) ? { ...common, type: "number", bins: { edges: Float64Array.of(0, 1), step: 0 } } : { ...common, type: "string" };
  });
  const domain = { columns: domainColumns, identifiers: [], unit: { kind: "row" as const }, maxRows: 1, schema: {} as EncodedTable["domain"]["schema"] };
  return parts.map((rows) => ({
    domain,
    rows: rows.length,
    unitCount: rows.length,
    codes: domainColumns.map((column, c) => {
      const at = new Map(column.labels?.map((label, code) => [label, code]));
      return Uint16Array.from(rows, (row) => at.get(row[c]) as number);
    }),
    values: domainColumns.map((column, c) => (column.bins === undefined ? undefined : Float64Array.from(rows, (row) => (row[c] === "N" ? Number.NaN : Number(row[c]))))),
  }));
}

const SIMPLE = "PUMA AGEP SEX MSP HISP RAC1P NOC NPF HOUSING_TYPE OWN_RENT DENSITY INDP_CAT EDU PINCP PINCP_DECILE POVPIP DVET DREM DPHY DEYE DEAR".split(" ");
const FOCUS = "AGEP SEX MSP RAC1P HOUSING_TYPE OWN_RENT EDU PINCP_DECILE DVET DEYE".split(" ");

// 928.457 … are what the scorer that reproduces NIST's published integers gives, variant A.
describe.skipIf(nist === null)("NIST's k-marginal score of last year's people", () => {
  test.each([
    ["21 columns of Massachusetts, by area", SIMPLE, "ma", 928.457],
    ["10 columns of the nation, no area", FOCUS, "national", 980.909],
  ])("%s", async (_, features, place, expected) => {
    const [target, other] = nistTable(features, [`${place}2019.csv`, `${place}2018.csv`]);
    const found = await utilityOf(target, other, { compat: ["nist"], features });
    expect(found.compat?.kMarginal?.score).toBeCloseTo(expected, 3);
  });

  test.skipIf(python === undefined || !existsSync(judge("kmarginal.py")))("all 24 columns, against the judge", async () => {
    const all = [...SIMPLE, "INDP", "PWGTP", "WGTP"];
    const [target, other] = nistTable(all, ["ma2019.csv", "ma2018.csv"]);
    const theirs = ask<{ exact: number; marginals: number }>(
      judge("kmarginal.py"),
      join(nist as string, "ma2019.csv"),
      join(nist as string, "ma2018.csv"),
      join(nist as string, "data_dictionary.json"),
      "A",
    );
    const ours = (await utilityOf(target, other, { compat: ["nist"] })).compat?.kMarginal;
    expect([Math.round(1000 * (ours?.score as number)) / 1000, ours?.marginals]).toEqual([theirs.exact, theirs.marginals]);
  });
});

test.skipIf(python === undefined || discrete === null || !existsSync(judge("tvd.py")))("mean distances of 1-, 2- and 3-way tables are the TVD judge's", async () => {
  const sizes = JSON.parse(readFileSync(join(discrete as string, "adult-14col-domain.json"), "utf8")) as Record<string, number>;
  const { header, rows } = readPlainCsv(join(discrete as string, "adult-14col.csv"));
  const names = Object.keys(sizes);
  const columns = names.map((name): Column => {
    const labels = Array.from({ length: sizes[name] }, (_, code) => `${code}`);
    return { name, type: "string", role: "none", size: sizes[name], ordered: false, labels, valueCount: sizes[name], field: {} as Column["field"] };
  });
  const domain = { columns, identifiers: [], unit: { kind: "row" as const }, maxRows: 1, schema: {} as EncodedTable["domain"]["schema"] };
  const halves = [rows.slice(0, 24_000), rows.slice(24_000)];
  const files = halves.map((half, i) => {
    const path = join(scratch, `half${i}.csv`);
    writeFileSync(path, `${[header, ...half].map((row) => row.join(",")).join("\n")}\n`);
    return path;
  });
  const theirs = ask<Record<string, { marginals: number; mean: number }>>(judge("tvd.py"), files[0], files[1], join(discrete as string, "adult-14col-domain.json"), "3", "100000000");
  const [real, release] = halves.map(
    (half): EncodedTable => ({ domain, rows: half.length, unitCount: half.length, codes: names.map((name) => Uint8Array.from(half, (row) => Number(row[header.indexOf(name)]))) }),
  );
  const { similarity } = await utilityOf(real, release);
  for (const { ways, marginals, release: mean } of similarity) expect([marginals, Math.round(1e5 * (mean as number)) / 1e5]).toEqual([theirs[`${ways}way`].marginals, theirs[`${ways}way`].mean]);
});
