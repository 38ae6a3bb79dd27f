// Schemas of the NIST Diverse Communities Data Excerpts, written from their public data dictionary and from what the Census
// Bureau publishes of the survey (how incomes are rounded); no value comes from a table.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Columns of the feature sets that published scores are given for. */
export const FEATURES = {
  "simple-21": "PUMA AGEP SEX MSP HISP RAC1P NOC NPF HOUSING_TYPE OWN_RENT DENSITY INDP_CAT EDU PINCP PINCP_DECILE POVPIP DVET DREM DPHY DEYE DEAR".split(" "),
  "demographic-10": "AGEP SEX MSP RAC1P HOUSING_TYPE OWN_RENT EDU PINCP_DECILE DVET DEYE".split(" "),
};

/** The state's own areas; the national table has every area outside Massachusetts and Texas. */
const AREAS = { ma2019: (area) => area.startsWith("25-"), national2019: (area) => !area.startsWith("25-") && !area.startsWith("48-") };
const WHOLE = new Set(["AGEP", "NOC", "NPF", "EDU", "PINCP_DECILE", "POVPIP"]);

const range = (from, to, step) => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
/** Bins end at round amounts, since answers are rounded to them: (1000, 2000] holds 2000. 0 and losses have bins of their own. */
const INCOME = [-9000, 0, 1, ...[...range(1000, 50_000, 1000), ...range(52_500, 100_000, 2500), ...range(110_000, 200_000, 10_000), 250_000, 300_000, 400_000, 600_000].map((v) => v + 1), 1_341_000];
/** Percent of the poverty line; 501 stands for everything above 500, and is a bin of its own as 0 is. */
const POVERTY = [0, 1, ...range(20, 480, 20), 501, 501];
/** Persons a square mile of each area, as the excerpt of the year before publishes them. */
function densities(data, table) {
  const [header, ...rows] = readFileSync(join(data, `nist-excerpts/${table.replace("2019", "2018")}.csv`), "utf8")
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const at = header.indexOf("DENSITY");
  return [...new Set(rows.map((row) => row[at]))].sort((a, b) => Number(a) - Number(b));
}

/** Fields of one table's feature set. @param data folder of the shared data sets */
export function nistFields(data, table, features) {
  const dictionary = JSON.parse(readFileSync(join(data, "nist-excerpts/data_dictionary.json"), "utf8"));
  return FEATURES[features].map((name) => (name === "DENSITY" ? { ...words(name, densities(data, table), false), categoriesOrdered: true } : field(name, dictionary[name].values, AREAS[table])));
}

const words = (name, categories, nullable) => ({ name, type: "string", categories, dpsynth: { nullable, onNull: nullable ? "null" : "first", onUnseen: "first" } });

function field(name, values, hasArea) {
  const nullable = "N" in values;
  const codes = Object.keys(values).filter((v) => v !== "N" && v !== "min" && v !== "max");
  const onNull = nullable ? "null" : "first";
  if (name === "PINCP") {
    const [minimum, maximum] = [values.min, values.max];
    return { name, type: "number", constraints: { minimum, maximum }, dpsynth: { nullable, bins: INCOME, onNull, onUnparsable: "first", onOutOfBounds: "clamp", decimals: 0 } };
  }
  if (WHOLE.has(name)) {
    const all = [...codes.map(Number), ...(values.min === undefined ? [] : [values.min, values.max])];
    const [minimum, maximum] = [Math.min(...all), Math.max(...all)];
    const bins = name === "POVPIP" ? POVERTY : maximum - minimum + 1;
    return { name, type: "integer", constraints: { minimum, maximum }, dpsynth: { nullable, bins, onNull, onUnparsable: "first", onOutOfBounds: "clamp" } };
  }
  return words(name, name === "PUMA" ? codes.filter(hasArea) : codes, nullable);
}

/** Rows of text → codes at the resolution of `fields`; null is the last code. @returns {{ rows: number[][], domain: object, ordered: string[], nulls: string[] }} */
export function encodeRows(fields, header, rows) {
  const encoders = fields.map(({ name, ...f }) => ({ at: header.indexOf(name), ...encoder(f) }));
  const named = (keep) => fields.filter((_, i) => keep(encoders[i])).map((f) => f.name);
  return {
    rows: rows.map((row) => encoders.map(({ at, code }) => code(row[at]))),
    domain: Object.fromEntries(fields.map(({ name }, i) => [name, encoders[i].size])),
    ordered: named((e) => e.ordered),
    nulls: named((e) => e.nullable),
  };
}

function encoder({ categories, categoriesOrdered, constraints, dpsynth: { nullable, bins } }) {
  const edges = Array.isArray(bins) ? bins.slice(0, -1) : undefined;
  const values = categories?.length ?? edges?.length ?? bins;
  const ordered = categories === undefined || categoriesOrdered === true;
  const of =
    categories !== undefined
      ? (v) => Math.max(0, categories.indexOf(v))
      : edges === undefined
        ? (v) => Number(v) - constraints.minimum
        : (v) =>
            Math.max(
              0,
              edges.findLastIndex((e) => e <= Number(v)),
            );
  return { size: values + (nullable ? 1 : 0), ordered, nullable, code: (v) => (nullable && (v === "N" || v === "") ? values : Math.min(values - 1, of(v))) };
}
