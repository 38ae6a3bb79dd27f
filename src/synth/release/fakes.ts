import { fault } from "../../base/errors.js";
import { seededBits } from "../../base/random.js";
import type { FAKE_KINDS } from "../../formats/table-schema.js";
import { permutation } from "./permute.js";

export type FakeKind = (typeof FAKE_KINDS)[number];

/** Makes fakes of one identifier column: the value of a row hangs on (seed, row number) alone, and no two rows have the same. */
export interface FakeMaker {
  readonly type: "string" | "integer";
  /** Fakes of rows from … from + rows − 1. */
  make(from: number, rows: number): readonly string[] | Float64Array;
}

/**
 * The maker of a kind. Unique by construction, the row number being written in mixed radix; nothing is checked against any data. Ranges that
 * belong to nobody: email at example.com/.net/.org (RFC 2606); phone 555-0100 to 555-0199 in every area (reserved for fiction),
 * told apart beyond 80,000 by an extension; national-id with areas 000, 666 and 9xx outside the groups of tax numbers (never issued as US social
 * security numbers), at most 51 million; IBAN of the country ZZ, which ISO 3166 leaves to private use, with correct check digits.
 * A uuid is random bits; a sequence counts from 1. No range of names belongs to nobody: a fake name may be somebody's by chance.
 */
export async function faker(kind: FakeKind, seed: string): Promise<FakeMaker> {
  if (kind === "sequence") return { type: "integer", make: (from, rows) => Float64Array.from({ length: rows }, (_, i) => from + i + 1) };
  const text = await textMaker(kind, seed);
  return { type: "string", make: (from, rows) => Array.from({ length: rows }, (_, i) => text(from + i)) };
}

async function textMaker(kind: Exclude<FakeKind, "sequence">, seed: string): Promise<(row: number) => string> {
  switch (kind) {
    case "uuid":
      return uuid(seed);
    case "name":
      return name(await names(), seed);
    case "email":
      return email(await names(), seed);
    case "phone":
      return phone(seed);
    case "iban":
      return iban(seed);
    case "national-id":
      return nationalId(seed);
  }
}

interface Names {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

/** First and last names of faker's English locale, without repeats. */
async function names(): Promise<Names> {
  const { faker: english } = await import("@faker-js/faker/locale/en");
  const list = (entry: unknown): string[] => [...new Set(Object.values(entry as Record<string, readonly string[]>).flat())].filter((n) => /^[A-Z][a-z]+$/.test(n)).sort();
  const { first_name, last_name } = english.definitions.person;
  return { first: list(first_name), last: list(last_name) };
}

/** First and last name; after all pairs are used up, initials between them: A, B, … Z, AA, AB, … */
function name({ first, last }: Names, seed: string): (row: number) => string {
  const pairs = first.length * last.length;
  const shuffle = permutation(pairs, seed);
  return (row) => {
    const pair = shuffle(row % pairs);
    const initials = letters(Math.floor(row / pairs));
    return `${first[pair % first.length]} ${initials === "" ? "" : `${initials}. `}${last[Math.floor(pair / first.length)]}`;
  };
}

/** Bijective base 26: 0 → "", 1 → "A", 26 → "Z", 27 → "AA". */
function letters(n: number): string {
  return n === 0 ? "" : letters(Math.floor((n - 1) / 26)) + String.fromCharCode(65 + ((n - 1) % 26));
}

function email(list: Names, seed: string): (row: number) => string {
  const full = name(list, seed);
  const hosts = ["example.com", "example.net", "example.org"];
  return (row) => `${full(row).toLowerCase().replace(/[. ]+/g, ".")}.${row.toString(36)}@${hosts[row % 3]}`;
}

function phone(seed: string): (row: number) => string {
  const lines = 80_000;
  const shuffle = permutation(lines, seed);
  return (row) => {
    const line = shuffle(row % lines);
    const extension = Math.floor(row / lines);
    return `+1-${200 + Math.floor(line / 100)}-555-01${digits(line % 100, 2)}${extension === 0 ? "" : ` ext. ${extension}`}`;
  };
}

const SSN_PREFIXES = 5100;

function nationalId(seed: string): (row: number) => string {
  const prefixes = permutation(SSN_PREFIXES, seed);
  return (row) => {
    const prefix = Math.floor(row / 10_000);
    if (prefix >= SSN_PREFIXES) {
      throw fault("DPS-E513", "schema: fake", "a kind with enough values", '"national-id", which has 51,000,000 unissued numbers, for more rows', 'Use "uuid" or "sequence", or fewer rows.');
    }
    const p = prefixes(prefix);
    const [area, group] = p < 200 ? [p < 100 ? "000" : "666", p % 100] : [String(900 + Math.floor((p - 200) / 49)), ((p - 200) % 49) + 1];
    return `${area}-${digits(group, 2)}-${digits(row % 10_000, 4)}`;
  };
}

/** ZZ, check digits, a seeded bank of 4 digits, the row number shuffled within blocks of 10⁶. */
function iban(seed: string): (row: number) => string {
  const block = 1_000_000;
  const shuffle = permutation(block, seed);
  const bank = digits(seededBits(`${seed}bank`).below(10_000), 4);
  return (row) => {
    const account = `${bank}${digits(Math.floor(row / block), 10)}${digits(shuffle(row % block), 6)}`;
    // ISO 13616: letters as numbers (Z = 35), country and "00" moved to the end, 98 − remainder mod 97.
    return `ZZ${digits(98 - mod97(`${account}353500`), 2)}${account}`;
  };
}

function mod97(text: string): number {
  let rest = 0;
  for (const c of text) rest = (rest * 10 + Number(c)) % 97;
  return rest;
}

/** Version 4: 74 seeded bits, and the row number under a mask of 48 seeded bits, so that no two are equal. */
function uuid(seed: string): (row: number) => string {
  const mask = seededBits(`${seed}mask`);
  const [high, low, base] = [mask.uint32() & 0xffff, mask.uint32(), mask.uint32()];
  const hex = (n: number, width: number): string => (n >>> 0).toString(16).padStart(width, "0");
  return (row) => {
    const bits = rowBits(base, row);
    const a = hex(((row % 4_294_967_296) ^ low) >>> 0, 8);
    const b = hex((Math.floor(row / 4_294_967_296) & 0xffff) ^ high, 4);
    return `${a}-${b}-4${hex(bits() & 0xfff, 3)}-${hex(0x8000 | (bits() & 0x3fff), 4)}-${hex(bits() & 0xffff, 4)}${hex(bits(), 8)}`;
  };
}

/** A cheap stream of 32-bit words per row: splitmix32 (Steele, Lea, Flood 2014, 32-bit variant) from the seed's word and the row. */
function rowBits(base: number, row: number): () => number {
  let state = (Math.imul(row | 0, 0x85ebca6b) ^ Math.imul(Math.floor(row / 4_294_967_296), 0xc2b2ae35) ^ base) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
}

function digits(n: number, width: number): string {
  return String(n).padStart(width, "0");
}
