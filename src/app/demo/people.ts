import { type SeededBits, seededBits } from "../../base/random.js";
import { dayText, parseDay } from "../../domain/time.js";
import { DIAGNOSES, EDUCATION, type OCCUPATIONS, REGIONS } from "./people-schema.js";

/** Column names of the demo table, in order. */
export const PEOPLE_COLUMNS = ["person_id", "email", "age", "sex", "region", "education", "occupation", "marital", "children", "income", "smoker", "diagnosis", "enrolled", "last_visit"] as const;

/**
 * A made-up table of people as CSV lines, header first: the same text for the same (rows, seed) on every Node. What hangs together, by construction: age → education,
 * marital status → children; region and education → occupation → income, a tenth with none; age, smoking → diagnosis; enrolment → last visit.
 */
export function* peopleCsv(rows: number, seed: string): Generator<string> {
  const bits = seededBits(JSON.stringify(["people", seed]));
  yield `${PEOPLE_COLUMNS.join(",")}\n`;
  for (let i = 0; i < rows; i += 1) yield `${personCells(i, bits).join(",")}\n`;
}

const FIRST_DAY = parseDay("2015-01-01") as number;
const LAST_DAY = parseDay("2024-12-31") as number;

function personCells(i: number, bits: SeededBits): (string | number)[] {
  const age = 18 + Math.floor(72 * between(bits.uniform(), bits.uniform(), bits.uniform()));
  const sex = pick(bits, ["female", "male", "other"], [50, 49, 1]);
  const region = pick(bits, REGIONS, [22, 17, 14, 12, 11, 10, 8, 6]);
  const city = REGIONS.indexOf(region) < 3;
  const education = EDUCATION[educationLevel(bits, age, city)];
  const level = EDUCATION.indexOf(education);
  const occupation = occupationOf(bits, age, level, city);
  const marital = maritalOf(bits, age);
  const children = childrenOf(bits, age, marital);
  const income = incomeOf(bits, occupation, level, age, city);
  const smoker = bits.uniform() < 0.32 - 0.06 * level + (sex === "male" ? 0.05 : 0);
  const diagnosis = diagnosisOf(bits, age, smoker, sex);
  const enrolled = FIRST_DAY + Math.floor((LAST_DAY - FIRST_DAY + 1) * Math.max(bits.uniform(), bits.uniform()));
  const visits = diagnosis === "none" ? 0.55 : 0.93;
  const lastVisit = bits.uniform() < visits ? dayText(enrolled + Math.floor((LAST_DAY - enrolled + 1) * bits.uniform())) : "";
  const number = String(i + 1).padStart(6, "0");
  return [
    `P${number}`,
    `member.${number}@example.org`,
    age,
    sex,
    region,
    bits.uniform() < 0.03 ? "" : education,
    occupation,
    marital,
    children,
    bits.uniform() < 0.06 ? "" : income.toFixed(2),
    bits.uniform() < 0.09 ? "" : String(smoker),
    bits.uniform() < 0.02 ? "" : diagnosis,
    dayText(enrolled),
    lastVisit,
  ];
}

/** A hump in [0, 1) leaning left: younger ages are commoner. */
function between(a: number, b: number, c: number): number {
  return Math.min(a, 0.25 + 0.75 * ((b + c) / 2));
}

function pick<T>(bits: SeededBits, values: readonly T[], weights: readonly number[]): T {
  let left = bits.uniform() * weights.reduce((a, b) => a + b, 0);
  for (let i = 0; i < values.length - 1; i += 1) {
    left -= weights[i];
    if (left < 0) return values[i];
  }
  return values[values.length - 1];
}

function educationLevel(bits: SeededBits, age: number, city: boolean): number {
  if (age < 22) return pick(bits, [0, 1, 2], [20, 65, 15]);
  const older = age > 60 ? 18 : 0;
  return pick(bits, [0, 1, 2, 3, 4], [12 + older, 34, 20, city ? 30 : 18, city ? 14 : 5]);
}

function occupationOf(bits: SeededBits, age: number, level: number, city: boolean): (typeof OCCUPATIONS)[number] {
  if (age >= 66 && bits.uniform() < 0.88) return "retired";
  if (age < 25 && bits.uniform() < 0.45) return "student";
  if (bits.uniform() < 0.09 - 0.015 * level) return "not working";
  const farm = city ? 1 : 12;
  return pick(
    bits,
    ["farming", "industry", "services", "office", "health", "teaching", "technology", "management"],
    [farm, 24 - 5 * level, 26 - 4 * level, 18, 6 + 3 * level, 2 + 4 * level, 2 + 5 * level, 1 + 4 * level],
  );
}

function maritalOf(bits: SeededBits, age: number): string {
  if (age < 25) return pick(bits, ["single", "partnered", "married"], [78, 17, 5]);
  const widowed = age > 55 ? age - 55 : 0;
  return pick(bits, ["single", "partnered", "married", "divorced", "widowed"], [age < 40 ? 38 : 14, 18, 48, age < 35 ? 4 : 16, widowed]);
}

function childrenOf(bits: SeededBits, age: number, marital: string): number {
  if (marital === "single") return pick(bits, [0, 1, 2], [86, 10, 4]);
  if (age < 30) return pick(bits, [0, 1, 2, 3], [52, 30, 15, 3]);
  return pick(bits, [0, 1, 2, 3, 4, 5, 6], [16, 24, 36, 15, 6, 2, 1]);
}

const PAY: Record<(typeof OCCUPATIONS)[number], number> = {
  student: 6000,
  "not working": 0,
  farming: 24_000,
  industry: 33_000,
  services: 27_000,
  office: 36_000,
  health: 43_000,
  teaching: 41_000,
  technology: 58_000,
  management: 72_000,
  retired: 21_000,
};

/** Yearly, in whole cents, right-skewed; 0 for those without work and a few others. */
function incomeOf(bits: SeededBits, occupation: (typeof OCCUPATIONS)[number], level: number, age: number, city: boolean): number {
  const base = PAY[occupation];
  const none = occupation === "student" ? 0.4 : 0.03;
  const [a, b, c] = [bits.uniform(), bits.uniform(), bits.uniform()];
  if (base === 0 || c < none) return 0;
  const years = Math.min(age, 55) - 18;
  const spread = 0.55 + 0.5 * a + (0.25 * b) / (1.06 - b);
  const pay = base * spread * (1 + 0.06 * level) * (occupation === "retired" ? 1 : 0.75 + years / 80) * (city ? 1.12 : 0.97);
  return Math.round(Math.min(pay, 400_000) * 100) / 100;
}

function diagnosisOf(bits: SeededBits, age: number, smoker: boolean, sex: string): (typeof DIAGNOSES)[number] {
  const old = Math.max(0, age - 35);
  return pick(bits, DIAGNOSES, [220, 14 + 2 * old, 6 + 1.2 * old, smoker ? 16 + 0.9 * old : 3 + 0.1 * old, 22, age < 45 ? 26 : 16, (smoker ? 2 : 1) + 0.25 * old, sex === "female" ? 12 : 3]);
}
