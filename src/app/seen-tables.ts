import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { type DpsynthError, fault } from "../base/errors.js";
import { writeJsonFile } from "./files.js";
import type { Workspace } from "./workspace.js";

/**
 * Which file, as the file system describes it, was last fingerprinted under which schema. A fit compares this before it
 * reserves anything, so that a table that nobody attached is refused without reading a row and without a spend.
 */
const seenFile = z.array(z.strictObject({ path: z.string(), size: z.string(), modifiedNs: z.string(), schemaSha256: z.string(), version: z.int().min(1) }));

function storeOf(workspace: Workspace): string {
  return join(workspace.budgets, workspace.dataset, "tables.json");
}

function describe(path: string): { path: string; size: string; modifiedNs: string } {
  const stat = statSync(path, { bigint: true });
  return { path: resolve(path), size: `${stat.size}`, modifiedNs: `${stat.mtimeNs}` };
}

function load(workspace: Workspace): z.output<typeof seenFile> {
  const store = storeOf(workspace);
  if (!existsSync(store)) return [];
  try {
    return seenFile.parse(JSON.parse(readFileSync(store, "utf8")));
  } catch {
    return []; // a cache: what it cannot say is asked for again
  }
}

/** Remember that the table, as it is on disk now, is version `version` of the dataset. */
export async function rememberTable(workspace: Workspace, schemaSha256: string, version: number): Promise<void> {
  const now = describe(workspace.table);
  const others = load(workspace).filter((t) => t.path !== now.path || t.schemaSha256 !== schemaSha256);
  await writeJsonFile(storeOf(workspace), [...others, { ...now, schemaSha256, version }]);
}

/** The version that the table was attached as. Throws where it is new, or changed since, without reading it. */
export function requireSeen(workspace: Workspace, schemaSha256: string): number {
  const now = describe(workspace.table);
  const found = load(workspace).find((t) => t.path === now.path && t.schemaSha256 === schemaSha256);
  if (found === undefined) throw unknownTable(workspace.table, "not attached under this schema");
  if (found.size !== now.size || found.modifiedNs !== now.modifiedNs) throw unknownTable(workspace.table, "changed since it was attached");
  return found.version;
}

export function unknownTable(table: string, is: string): DpsynthError {
  return fault("DPS-E120", table, "a table that its budget knows", is, "Run `dpsynth budget attach`, or `dpsynth run --attach`, to record it as a version of the dataset.");
}
