import { readFileSync } from "node:fs";
import { join } from "node:path";
import { auditContext } from "../../src/audit/context.js";
import { measureUtility, type UtilityOptions } from "../../src/audit/utility/measure.js";
import { type Part, partOf } from "../../src/audit/utility/part.js";
import type { Domain } from "../../src/domain/column.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import type { Utility } from "../../src/formats/report.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { readTable } from "../../src/table/read/read-table.js";

/** Context of two encoded tables; without `parts` the real one is all train. */
export function contextOf(real: EncodedTable, release: EncodedTable, seed = "s"): ReturnType<typeof auditContext> {
  return auditContext({ real, release, cliques: null, ceiling: null, seed, targets: 10 });
}

export function utilityOf(real: EncodedTable, release: EncodedTable, options: UtilityOptions = {}, seed = "s"): Promise<Utility> {
  return measureUtility(contextOf(real, release, seed), options, async () => undefined);
}

/** A schema file's domain, and two tables read by it. */
export async function tablesOf(schemaPath: string, real: string, release: string): Promise<{ domain: Domain; real: Part; release: Part }> {
  const domain = domainFromSchema(tableSchema.parse(JSON.parse(readFileSync(schemaPath, "utf8"))), schemaPath, { requireUnit: true });
  const read = async (path: string, isRelease: boolean): Promise<Part> => partOf(await readTable(path, domain, { values: true, release: isRelease }), null);
  return { domain, real: await read(real, false), release: await read(release, true) };
}

/** The committed tables of the sdmetrics comparison. */
export const SDMETRICS = (name: string): string => join(import.meta.dirname, "../../fixtures/sdmetrics", name);

/** What test/differential/sdmetrics_scores.py prints. */
export interface PackageScores {
  readonly version: string;
  readonly overall: number;
  readonly columnShapes: number;
  readonly columnPairTrends: number;
  readonly overallAllPairs: number;
  readonly columnPairTrendsAllPairs: number;
  readonly diagnostic: number;
  readonly dataValidity: number;
  readonly dataStructure: number;
  readonly columns: Record<string, number | null>;
  readonly pairs: Record<string, number | null>;
  readonly validity: Record<string, number | null>;
}

/** Our scores in the package's words. */
export function inPackageWords({ version, quality, diagnostic }: NonNullable<NonNullable<Utility["compat"]>["sdmetrics"]>): PackageScores {
  const { overall, columnShapes, columnPairTrends, overallAllPairs, columnPairTrendsAllPairs } = quality;
  const of = (columns: readonly { column: string; score: number | null }[]) => Object.fromEntries(columns.map(({ column, score }) => [column, score]));
  return {
    version,
    ...({ overall, columnShapes, columnPairTrends, overallAllPairs, columnPairTrendsAllPairs } as Record<
      "overall" | "columnShapes" | "columnPairTrends" | "overallAllPairs" | "columnPairTrendsAllPairs",
      number
    >),
    diagnostic: diagnostic.overall as number,
    dataValidity: diagnostic.dataValidity as number,
    dataStructure: diagnostic.dataStructure as number,
    columns: of(quality.columns),
    pairs: Object.fromEntries(quality.pairs.map(({ a, b, score }) => [`${a}|${b}`, score])),
    validity: of(diagnostic.columns),
  };
}

/** Numbers within 1e-6 of each other, key by key; null only where the other is null. */
export function farApart(ours: object, theirs: object, at = ""): string[] {
  return Object.entries(theirs).flatMap(([key, value]) => {
    const mine = (ours as Record<string, unknown>)[key];
    if (typeof value === "object" && value !== null) return farApart(mine as object, value, `${at}${key}.`);
    if (typeof value === "number") return typeof mine === "number" && Math.abs(mine - value) <= 1e-6 ? [] : [`${at}${key}: ${mine} for ${value}`];
    return mine === value ? [] : [`${at}${key}: ${mine} for ${value}`];
  });
}
