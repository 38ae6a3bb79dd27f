// Make a workspace for an integer-coded table: schema and config from the sizes of its columns.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Columns whose codes are bins of a number, by table; the rest are categories. From the code books, not from the data. */
export const ORDERED = {
  adult: ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"],
  titanic: ["Age", "SibSp", "Parch", "Fare"],
  stroke: [
    ...["AGE", "RDATE", "RDELAY", "RSBP", "HOURLOCAL", "MINLOCAL", "EXPD14", "EXPD6", "EXPDD", "FU1_COMP", "ONDRUG", "TD", "FLASTD"],
    ...["DALIVED", "DDEADD", "DMAJNCHD", "DPED", "DRSHD", "DRSISCD", "DRSUNKD", "DSIDED", "FDEADD"],
  ],
};

/**
 * @param columns `{ column: size }`, or the name of a JSON file that holds it
 * @param ordered columns that are bins of a number (default: those known of `name`)
 * @param nulls columns whose last code stands for null
 */
export function discreteWorkspace(folder, name, table, columns, { epsilon = 1, delta = 1e-9, holdout = 0, reference = 0, cap = 1000, ordered = ORDERED[name] ?? [], nulls = [] } = {}) {
  const domain = typeof columns === "string" ? JSON.parse(readFileSync(columns, "utf8")) : columns;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${name}.schema.json`),
    JSON.stringify(
      { fields: Object.entries(domain).map(([column, size]) => codedField(column, size, ordered.includes(column), nulls.includes(column))), dpsynth: { version: 1, privacyUnit: { kind: "row" } } },
      undefined,
      1,
    ),
  );
  writeFileSync(
    join(folder, "dpsynth.config.json"),
    JSON.stringify({ version: 1, dataset: name, table, schema: `${name}.schema.json`, budget: { epsilon: cap, delta }, split: { holdout, reference }, fit: { epsilon, method: "mst" } }, undefined, 1),
  );
}

/** Codes 0 to size − 1, of which the last may be the null. */
function codedField(name, size, ordered, nullable) {
  const values = nullable ? size - 1 : size;
  const missing = nullable ? { missingValues: [`${values}`] } : {};
  const onNull = nullable ? "null" : "first";
  if (!ordered) return { name, type: "string", ...missing, categories: Array.from({ length: values }, (_, i) => `${i}`), dpsynth: { nullable, onNull, onUnseen: "first" } };
  return {
    name,
    type: "integer",
    ...missing,
    constraints: { minimum: 0, maximum: values - 1 },
    dpsynth: { nullable, bins: values, onNull, onUnparsable: "first", onOutOfBounds: "clamp" },
  };
}
