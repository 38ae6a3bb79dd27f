// Make a workspace for one of the integer-coded benchmark tables: schema and config from its domain file.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Columns whose codes are bins of a number; the rest are categories. */
const ORDERED = { adult: ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"] };

export function discreteWorkspace(folder, name, table, domainFile, { epsilon = 1, delta = 1e-9, holdout = 0, reference = 0, cap = 1000 } = {}) {
  const domain = JSON.parse(readFileSync(domainFile, "utf8"));
  const ordered = ORDERED[name] ?? [];
  const fields = Object.entries(domain).map(([column, size]) =>
    ordered.includes(column)
      ? { name: column, type: "integer", constraints: { minimum: 0, maximum: size - 1 }, dpsynth: { nullable: false, bins: size, onNull: "first", onUnparsable: "first", onOutOfBounds: "clamp" } }
      : { name: column, type: "string", categories: Array.from({ length: size }, (_, i) => `${i}`), dpsynth: { nullable: false, onNull: "first", onUnseen: "first" } },
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.schema.json`), JSON.stringify({ fields, dpsynth: { version: 1, privacyUnit: { kind: "row" } } }, undefined, 1));
  writeFileSync(
    join(folder, "dpsynth.config.json"),
    JSON.stringify({ version: 1, dataset: name, table, schema: `${name}.schema.json`, budget: { epsilon: cap, delta }, split: { holdout, reference }, fit: { epsilon, method: "mst" } }, undefined, 1),
  );
}
