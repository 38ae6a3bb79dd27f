/** Codes with leading zeros, as postal regions have. */
export const REGIONS = ["01", "02", "03", "04", "05", "06", "07", "08"] as const;
export const EDUCATION = ["primary", "secondary", "vocational", "bachelor", "master"] as const;
export const OCCUPATIONS = ["student", "not working", "farming", "industry", "services", "office", "health", "teaching", "technology", "management", "retired"] as const;
export const DIAGNOSES = ["none", "hypertension", "diabetes", "copd", "asthma", "depression", "cancer", "migraine"] as const;

const MARITAL = ["single", "partnered", "married", "divorced", "widowed"];
const whole = { nullable: false, onNull: "first", onUnparsable: "first", onOutOfBounds: "clamp" };
const orNull = { nullable: true, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp" };
const label = { nullable: false, onNull: "first", onUnseen: "first" };
const labelOrNull = { nullable: true, onNull: "null", onUnseen: "null" };

/** Public schema of the demo table, declared as from its code book: every fact in it is public and was read from no row. */
export const peopleSchema = {
  name: "people",
  title: "Members of a health plan (made-up)",
  description: "A made-up table of 50,000 people with known dependence, nulls, dates and identifiers. Nobody in it exists.",
  fields: [
    { name: "person_id", type: "identifier", dpsynth: { release: "fake", fake: "uuid" } },
    { name: "email", type: "identifier", dpsynth: { release: "fake", fake: "email" } },
    { name: "age", type: "integer", constraints: { minimum: 18, maximum: 90 }, dpsynth: { role: "quasi-identifier", ...whole } },
    { name: "sex", type: "string", categories: ["female", "male", "other"], dpsynth: { role: "quasi-identifier", ...label } },
    { name: "region", type: "string", categories: [...REGIONS], dpsynth: { role: "quasi-identifier", ...label } },
    { name: "education", type: "string", categories: [...EDUCATION], categoriesOrdered: true, dpsynth: { role: "quasi-identifier", ...labelOrNull } },
    { name: "occupation", type: "string", categories: [...OCCUPATIONS], dpsynth: { role: "quasi-identifier", ...label } },
    { name: "marital", type: "string", categories: MARITAL, dpsynth: { role: "quasi-identifier", ...label } },
    { name: "children", type: "integer", constraints: { minimum: 0, maximum: 6 }, dpsynth: whole },
    {
      name: "income",
      type: "number",
      constraints: { minimum: 0, maximum: 400_000 },
      dpsynth: {
        role: "sensitive",
        ...orNull,
        decimals: 2,
        bins: [0, 0.01, 5000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000, 40_000, 45_000, 50_000, 60_000, 70_000, 80_000, 100_000, 125_000, 150_000, 200_000, 300_000, 400_000],
      },
    },
    { name: "smoker", type: "boolean", trueValues: ["true"], falseValues: ["false"], dpsynth: { nullable: true, onNull: "null", onUnparsable: "null" } },
    { name: "diagnosis", type: "string", categories: [...DIAGNOSES], dpsynth: { role: "sensitive", ...labelOrNull } },
    { name: "enrolled", type: "date", constraints: { minimum: "2015-01-01", maximum: "2024-12-31" }, dpsynth: { ...whole, bins: 40 } },
    { name: "last_visit", type: "date", constraints: { minimum: "2015-01-01", maximum: "2024-12-31" }, dpsynth: { ...orNull, bins: 40 } },
  ],
  missingValues: [""],
  dpsynth: { version: 1, privacyUnit: { kind: "row" }, dialect: { format: "csv", delimiter: "," } },
} as const;
