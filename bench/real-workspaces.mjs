// Workspaces for the real tables: Adult (text), national2019 and hmeq, their schemas as a curator would write them
// from the code books, not from the data.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const DATA = resolve(process.env.DPSYNTH_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url)));

const words = (name, categories, role = "none", extra = {}) => ({
  name,
  type: "string",
  categories: categories.map(String),
  ...extra,
  dpsynth: { role, nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all" },
});
const number = (name, type, minimum, maximum, bins, role = "none", extra = {}) => ({
  name,
  type,
  constraints: { minimum, maximum },
  dpsynth: { role, nullable: true, ...(bins === undefined ? {} : { bins }), onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp", ...extra },
});

/** Spikes of money columns: 0 is a bin of its own, then roughly geometric bins. */
const money = (top) => [0, 1, 1000, 2000, 3000, 4000, 5000, 7000, 10_000, 15_000, 20_000, 50_000, top];

const adult = () => ({
  missingValues: ["", "?"],
  fields: [
    number("age", "integer", 17, 90, undefined, "quasi-identifier"),
    words("workclass", ["Private", "Self-emp-not-inc", "Self-emp-inc", "Federal-gov", "Local-gov", "State-gov", "Without-pay", "Never-worked"]),
    number("fnlwgt", "integer", 10_000, 1_500_000, 32),
    words(
      "education",
      ["Bachelors", "Some-college", "11th", "HS-grad", "Prof-school", "Assoc-acdm", "Assoc-voc", "9th", "7th-8th", "12th", "Masters", "1st-4th", "10th", "Doctorate", "5th-6th", "Preschool"],
      "quasi-identifier",
    ),
    number("education-num", "integer", 1, 16),
    words("marital-status", ["Married-civ-spouse", "Divorced", "Never-married", "Separated", "Widowed", "Married-spouse-absent", "Married-AF-spouse"], "quasi-identifier"),
    words("occupation", [
      "Tech-support",
      "Craft-repair",
      "Other-service",
      "Sales",
      "Exec-managerial",
      "Prof-specialty",
      "Handlers-cleaners",
      "Machine-op-inspct",
      "Adm-clerical",
      "Farming-fishing",
      "Transport-moving",
      "Priv-house-serv",
      "Protective-serv",
      "Armed-Forces",
    ]),
    words("relationship", ["Wife", "Own-child", "Husband", "Not-in-family", "Other-relative", "Unmarried"]),
    words("race", ["White", "Asian-Pac-Islander", "Amer-Indian-Eskimo", "Other", "Black"], "quasi-identifier"),
    words("sex", ["Female", "Male"], "quasi-identifier"),
    number("capital-gain", "integer", 0, 99_999, money(99_999)),
    number("capital-loss", "integer", 0, 4500, [0, 1, 1000, 1400, 1500, 1600, 1700, 1800, 1900, 2000, 2200, 2500, 4500]),
    number("hours-per-week", "integer", 1, 99),
    words("native-country", [
      "United-States",
      "Cambodia",
      "England",
      "Puerto-Rico",
      "Canada",
      "Germany",
      "Outlying-US(Guam-USVI-etc)",
      "India",
      "Japan",
      "Greece",
      "South",
      "China",
      "Cuba",
      "Iran",
      "Honduras",
      "Philippines",
      "Italy",
      "Poland",
      "Jamaica",
      "Vietnam",
      "Mexico",
      "Portugal",
      "Ireland",
      "France",
      "Dominican-Republic",
      "Laos",
      "Ecuador",
      "Taiwan",
      "Haiti",
      "Columbia",
      "Hungary",
      "Guatemala",
      "Nicaragua",
      "Scotland",
      "Thailand",
      "Yugoslavia",
      "El-Salvador",
      "Trinadad&Tobago",
      "Peru",
      "Hong",
      "Holand-Netherlands",
    ]),
    words("income", ["<=50K", ">50K"], "sensitive"),
  ],
});

function national() {
  const { schema } = JSON.parse(readFileSync(join(DATA, "nist-excerpts/national2019.schema.json"), "utf8"));
  const quasi = new Set(["PUMA", "AGEP", "SEX", "RAC1P", "MSP"]);
  const fields = Object.entries(schema).map(([name, { values, min, max, dtype }]) => {
    const role = quasi.has(name) ? "quasi-identifier" : name === "PINCP_DECILE" ? "sensitive" : "none";
    if (values !== undefined)
      return words(
        name,
        values.filter((v) => v !== "N"),
        role,
      );
    if (name === "PINCP")
      return number(name, "number", min, max, [min, 0, 1, 5000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000, 80_000, 100_000, 150_000, 250_000, max], role, { decimals: 0 });
    return number(name, dtype === "float64" ? "number" : "integer", min, max, max - min > 100 ? 24 : undefined, role);
  });
  return { missingValues: ["N"], fields };
}

function hmeq() {
  const bounds = JSON.parse(readFileSync(join(DATA, "hmeq/hmeq_bounds.json"), "utf8"));
  const role = (name) => (name === "BAD" ? "sensitive" : ["JOB", "YOJ", "VALUE"].includes(name) ? "quasi-identifier" : "none");
  return {
    fields: Object.entries(bounds).map(([name, { categories, lower, upper }]) =>
      categories === undefined ? number(name, "number", lower, upper, 16, role(name)) : words(name, categories, role(name)),
    ),
  };
}

export const REAL = {
  adult: { table: "adult/adult-train.csv", schema: adult },
  national2019: { table: "nist-excerpts/national2019.csv", schema: national },
  hmeq: { table: "hmeq/hmeq.csv", schema: hmeq },
};

/** Write schema and config of one real table into `folder`; the table itself stays where it is. */
export function realWorkspace(folder, name, { epsilon = 1, delta = 1e-9 } = {}) {
  const { table, schema } = REAL[name];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.schema.json`), `${JSON.stringify({ ...schema(), dpsynth: { version: 1, privacyUnit: { kind: "row" } } }, undefined, 2)}\n`);
  const config = { version: 1, dataset: name, table: join(DATA, table), schema: `${name}.schema.json`, budget: { epsilon: 3, delta }, fit: { epsilon } };
  writeFileSync(join(folder, "dpsynth.config.json"), `${JSON.stringify(config, undefined, 2)}\n`);
}

if (process.argv[2] !== undefined) realWorkspace(process.argv[3] ?? process.argv[2], process.argv[2]);
