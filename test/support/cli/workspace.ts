import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peopleCsv } from "../../../src/app/demo/people.js";
import { peopleSchema } from "../../../src/app/demo/people-schema.js";
import { done } from "./run.js";

/** A folder with a table, its schema and a configuration; removed by `removeAll`. */
export interface Workspace {
  readonly root: string;
  file(name: string): string;
  read(name: string): string;
  json<T = Record<string, unknown>>(name: string): T;
  write(name: string, content: string | Uint8Array): void;
  /** Change a JSON file in place. */
  edit<T = Record<string, unknown>>(name: string, change: (value: T) => void): void;
  /** Every file below the folder, hidden ones too, sorted. */
  files(): string[];
  /** A second folder in the same state. The table itself is shared: it stays where it was attached. */
  copy(): Workspace;
}

const made: string[] = [];

/** Remove every folder that was made here. */
export function removeAll(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function emptyWorkspace(): Workspace {
  const root = mkdtempSync(join(tmpdir(), "dps-cli-"));
  made.push(root);
  return at(root);
}

function at(root: string): Workspace {
  const file = (name: string): string => join(root, name);
  const read = (name: string): string => readFileSync(file(name), "utf8");
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(file(name), content);
  const json = <T>(name: string): T => JSON.parse(read(name)) as T;
  return {
    root,
    file,
    read,
    json,
    write,
    edit<T>(name: string, change: (value: T) => void) {
      const value = json<T>(name);
      change(value);
      write(name, `${JSON.stringify(value, undefined, 2)}\n`);
    },
    files: () =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .sort(),
    copy() {
      const twin = emptyWorkspace();
      cpSync(root, twin.root, { recursive: true, preserveTimestamps: true });
      return twin;
    },
  };
}

/** The configuration of a small job; `change` sets what a test wants otherwise. */
export function config(table: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    version: 1,
    dataset: "people",
    table,
    schema: "people.schema.json",
    budgets: "privacy-budgets",
    budget: { epsilon: 3, delta: 1e-9 },
    split: { holdout: 0.2, reference: 0.1 },
    fit: { epsilon: 1, method: "mst" },
    sample: { seed: 1 },
    audit: { seed: 1, targets: 300 },
    reports: "reports",
    policy: "public",
    ...change,
  };
}

/** The made-up people of the demo, fewer of them: fourteen columns of every type. */
export function peopleWorkspace(rows = 2000): Workspace {
  const w = emptyWorkspace();
  w.write("people.csv", [...peopleCsv(rows, "cli")].join(""));
  w.write("people.schema.json", JSON.stringify(peopleSchema, undefined, 2));
  w.write("dpsynth.config.json", JSON.stringify(config(w.file("people.csv")), undefined, 2));
  return w;
}

const label = { nullable: false, onNull: "first", onUnseen: "first" };

/** Three columns of public facts: the smallest schema that a fit with pairs takes. */
export const tinySchema = {
  fields: [
    { name: "age", type: "integer", constraints: { minimum: 0, maximum: 99 }, dpsynth: { nullable: false, onNull: "first", onUnparsable: "first", onOutOfBounds: "clamp", bins: 10 } },
    { name: "sex", type: "string", categories: ["f", "m"], dpsynth: label },
    { name: "town", type: "string", categories: ["north", "south", "west"], dpsynth: { nullable: true, catchAll: "elsewhere", onNull: "null", onUnseen: "catch-all" } },
  ],
  dpsynth: { version: 1, privacyUnit: { kind: "row" } },
};

export function tinyCsv(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => `${(i * 37) % 100},${i % 3 === 0 ? "f" : "m"},${["north", "south", "west"][(i * i) % 3]}`);
  return `age,sex,town\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** A small table of three columns, nothing done to it yet. */
export function tinyWorkspace(rows = 400): Workspace {
  const w = emptyWorkspace();
  w.write("people.csv", tinyCsv(rows));
  w.write("people.schema.json", JSON.stringify(tinySchema, undefined, 2));
  w.write("dpsynth.config.json", JSON.stringify(config(w.file("people.csv")), undefined, 2));
  return w;
}

/** A split small table under a cap that one fit of the configuration takes whole. */
export async function atCap(epsilon = "1"): Promise<Workspace> {
  const w = tinyWorkspace();
  await done(w.root, ["budget", "create", "people", "--epsilon", epsilon, "-q"]);
  await done(w.root, ["split", "-q"]);
  return w;
}

/** The small table's schema with units of up to three rows. */
export function asPersons(w: Workspace): Workspace {
  w.edit<{ fields: object[]; dpsynth: object }>("people.schema.json", (schema) => {
    schema.fields.push({ name: "id", type: "identifier", dpsynth: { release: "fake", fake: "uuid" } });
    Object.assign(schema.dpsynth, { privacyUnit: { kind: "person", column: "id", maxRows: 3 } });
  });
  return w;
}

/** The small table's schema with towns to be discovered. */
export function discovering(w: Workspace): Workspace {
  w.edit<{ fields: Record<string, unknown>[] }>("people.schema.json", ({ fields }) => {
    delete fields[2].categories;
    Object.assign(fields[2].dpsynth as object, { source: "discover" });
  });
  return w;
}

/** The steps of the job, up to and with `last`. */
export async function upTo(w: Workspace, last: "budget" | "split" | "fit" | "sample" | "audit" | "gate"): Promise<Workspace> {
  const steps: [string, string[]][] = [
    ["budget", ["budget", "create", "people", "--epsilon", "3", "-q"]],
    ["split", ["split", "-q"]],
    ["fit", ["fit", "--yes", "-q"]],
    ["sample", ["sample", "-o", "release.csv", "-q"]],
    ["audit", ["audit", "-q"]],
    ["gate", ["gate", "-q"]],
  ];
  for (const [name, args] of steps) {
    await done(w.root, args);
    if (name === last) break;
  }
  return w;
}

export interface Entry {
  readonly seq: number;
  readonly body: { readonly kind: string; readonly act?: string };
}

/** Entries of the ledger, as they stand on disk. */
export function ledgerEntries(w: Workspace): Entry[] {
  const path = "privacy-budgets/people/ledger.jsonl";
  if (!existsSync(w.file(path))) return [];
  return w
    .read(path)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Entry);
}
