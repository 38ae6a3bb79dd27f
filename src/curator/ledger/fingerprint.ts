import { join } from "node:path";
import { DpsynthError, fault } from "../../base/errors.js";
import type { LedgerHead } from "../../formats/common.js";
import { budgetFile } from "../../formats/ledger.js";
import { append } from "./append.js";
import { type ColumnDigest, columnMarks, sharesColumns } from "./columns.js";
import { type LedgerIo, type LedgerOptions, nodeIo, onDisk, readIfThere } from "./io.js";
import { fingerprintOf, requireKey } from "./key.js";
import { type Loaded, load, loadSound } from "./load.js";
import { withLock } from "./lock.js";
import { budgetPaths } from "./paths.js";
import type { LedgerState } from "./state.js";

/** A table by what it holds. */
export interface TableDigests {
  /** 32 bytes that stand for the multiset of units as the schema encodes them. */
  readonly units: Uint8Array;
  /** Each column of the file as text, whatever the schema. */
  readonly columns: readonly ColumnDigest[];
}

/** What became of an attachment. */
export interface Attached {
  readonly version: number;
  /** False where the dataset knew this table already and nothing was written. */
  readonly added: boolean;
  readonly head: LedgerHead;
  /** Sibling budgets that could not be asked, for want of their key. */
  readonly unasked: readonly string[];
}

/**
 * Record a table as a version of the dataset. Throws DPS-E413 where another budget of the folder knows the table, also under
 * another schema: its rows are charged there.
 */
export async function attachFingerprint(folder: string, dataset: string, table: TableDigests, note?: string, options: LedgerOptions = {}): Promise<Attached> {
  const io = options.io ?? nodeIo;
  requireKeyOf(io, folder, dataset);
  // one lock for the folder: two datasets must not each find that the other does not know the table yet
  return withLock(join(folder, ".lock"), options, async () => {
    const { knownBy, unasked } = askSiblings(io, folder, dataset, table);
    if (knownBy !== undefined) throw notFirst(dataset, knownBy, "");
    return { ...(await attachHere(folder, dataset, table, note, options)), unasked };
  });
}

/** The version under which the dataset knows a table, undefined where it does not. Needs the key. */
export async function knownFingerprint(folder: string, dataset: string, units: Uint8Array, options: LedgerOptions = {}): Promise<number | undefined> {
  const { key, state } = requireKeyOf(options.io ?? nodeIo, folder, dataset);
  return versionOf(state, fingerprintOf(key, units))?.version;
}

/**
 * Throws DPS-E413 where another budget of the folder knew the table before this one did, as where two folders were put together.
 * @pre the dataset knows the table
 */
export async function requireFirst(folder: string, dataset: string, table: TableDigests, options: LedgerOptions = {}): Promise<void> {
  const io = options.io ?? nodeIo;
  const { key, state } = requireKeyOf(io, folder, dataset);
  const since = versionOf(state, fingerprintOf(key, table.units))?.at;
  const { knownBy } = askSiblings(io, folder, dataset, table, since);
  if (knownBy !== undefined) throw notFirst(dataset, knownBy, " The reservation stays spent, since rows were read.");
}

function notFirst(dataset: string, knownBy: Sibling, more: string): DpsynthError {
  const as = knownBy.encoded ? "" : ", which knows most of its columns cell for cell";
  return fault(
    "DPS-E413",
    `budget of ${dataset}`,
    "the first to know this table",
    `second to the budget of ${knownBy.dataset}${as}`,
    `Charge this table to ${knownBy.dataset}: one person's rows have one budget.${more}`,
  );
}

/** A budget that knows a table: as the same schema encodes it, or by its columns as text. */
interface Sibling {
  readonly dataset: string;
  readonly encoded: boolean;
}

async function attachHere(folder: string, dataset: string, { units, columns }: TableDigests, note: string | undefined, options: LedgerOptions): Promise<Omit<Attached, "unasked">> {
  let version = 0;
  const { entry, head } = await append(
    folder,
    dataset,
    (state, key) => {
      const fingerprint = fingerprintOf(key, units);
      version = versionOf(state, fingerprint)?.version ?? state.versions.length + 1;
      if (version <= state.versions.length) return undefined;
      return { kind: "attach", fingerprint, columns: columnMarks(key, version, columns), version, ...(note === undefined ? {} : { note }) };
    },
    options,
  );
  return { version, added: entry !== undefined, head };
}

/** The first sibling that knows the table, or knew it before the instant `since`, and those that could not be asked. */
function askSiblings(io: LedgerIo, folder: string, self: string, table: TableDigests, since?: string): { knownBy: Sibling | undefined; unasked: string[] } {
  const unasked: string[] = [];
  const names = onDisk(folder, "a folder of budgets", () => io.list(folder)).filter((name) => name !== self && !name.startsWith("."));
  for (const name of names.sort()) {
    if (!budgetFile.shape.dataset.safeParse(name).success || readIfThere(io, budgetPaths(folder, name).budget) === undefined) continue;
    const sibling = loadOrNothing(io, folder, name);
    if (sibling?.key === undefined || sibling.findings.length > 0) unasked.push(name);
    if (sibling?.key === undefined) continue;
    const { key } = sibling;
    const earlier = sibling.state.versions.filter((v) => since === undefined || v.at < since);
    const encoded = earlier.some((v) => v.fingerprint === fingerprintOf(key, table.units));
    if (encoded || earlier.some((v) => sharesColumns(key, v, table.columns))) return { knownBy: { dataset: name, encoded }, unasked };
  }
  return { knownBy: undefined, unasked };
}

/** A sibling that is broken must not keep this dataset from working: it is named among the unasked. */
function loadOrNothing(io: LedgerIo, folder: string, dataset: string): Loaded | undefined {
  try {
    return load(io, budgetPaths(folder, dataset), dataset);
  } catch (error) {
    if (error instanceof DpsynthError) return undefined;
    throw error;
  }
}

function requireKeyOf(io: LedgerIo, folder: string, dataset: string): Loaded & { key: Buffer } {
  const paths = budgetPaths(folder, dataset);
  const loaded = loadSound(io, paths, dataset);
  return { ...loaded, key: requireKey(loaded.key, paths) };
}

function versionOf(state: LedgerState, fingerprint: string): LedgerState["versions"][number] | undefined {
  return state.versions.find((v) => v.fingerprint === fingerprint);
}
