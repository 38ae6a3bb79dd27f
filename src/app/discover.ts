import { type DiscoveryBudget, discoverBounds, discoverCategories, MAGNITUDE_BUCKETS, magnitudeBucket } from "../curator/discover.js";
import type { Noise, Purse } from "../curator/index.js";
import { boundsText } from "../domain/bounds-text.js";
import type { Domain } from "../domain/column.js";
import type { Field, TableSchema } from "../formats/table-schema.js";
import type { EncodedTable } from "../table/encoded.js";
import { textCounts } from "../table/read/text-counts.js";

/** Columns whose public facts are to be found and paid for. */
export function toDiscover(schema: TableSchema): Field[] {
  return schema.fields.filter((field) => {
    if (field.type === "identifier" || field.dpsynth.source !== "discover") return false;
    return field.type === "string" ? field.categories === undefined : field.type !== "boolean" && field.constraints === undefined && !Array.isArray(field.dpsynth.bins);
  });
}

export interface Discovery {
  readonly purse: Purse;
  readonly noise: Noise;
  readonly budget: DiscoveryBudget;
  readonly path: string;
  readonly domain: Domain;
  /** All rows of the file with values, and which of them are learnt from. */
  readonly table: EncodedTable;
  readonly learnt: Uint8Array;
}

/** The schema with every discovered value set and bound written out: public from here on, since paid for. */
export async function discover(schema: TableSchema, discovery: Discovery): Promise<TableSchema> {
  const wanted = new Set(toDiscover(schema));
  const fields: Field[] = [];
  for (const field of schema.fields) fields.push(wanted.has(field) ? await discoverField(field, discovery) : field);
  return { ...schema, fields };
}

async function discoverField(field: Field, { purse, noise, budget, path, domain, table, learnt }: Discovery): Promise<Field> {
  const options = { purse, noise, column: field.name, maxRows: domain.maxRows, sigma2: budget.sigma2 };
  if (field.type === "string") {
    const found = await discoverCategories(options, budget.delta, () => textCounts(path, domain, field.name, learnt));
    // A text that no schema can hold stays in the catch-all; it must not stop a fit that is paid for.
    const categories = found.filter((text) => text !== field.dpsynth.catchAll && !text.includes("\u0000"));
    return categories.length === 0 ? field : { ...field, categories };
  }
  if (field.type === "identifier" || field.type === "boolean") return field;
  const values = table.values?.[domain.columns.findIndex((c) => c.name === field.name)];
  const bounds = await discoverBounds(options, async () => magnitudeHistogram(values ?? new Float64Array(0), learnt));
  return bounds === undefined ? field : ({ ...field, constraints: boundsText(field, bounds) } as Field);
}

function magnitudeHistogram(values: Float64Array, learnt: Uint8Array): Float64Array {
  const histogram = new Float64Array(MAGNITUDE_BUCKETS);
  for (let row = 0; row < values.length; row += 1) if (learnt[row] === 1 && !Number.isNaN(values[row])) histogram[magnitudeBucket(values[row])] += 1;
  return histogram;
}
