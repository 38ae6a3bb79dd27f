import { createHmac, timingSafeEqual } from "node:crypto";
import { type DpsynthError, fault, internal } from "../../base/errors.js";
import { canonicalJson, sha256Hex } from "../../base/hash.js";
import type { BudgetFile, LedgerEntry } from "../../formats/ledger.js";
import { readBudget } from "./budget-file.js";
import { type LedgerIo, type LedgerOptions, nodeIo, readIfThere } from "./io.js";
import { type BudgetPaths, budgetPaths } from "./paths.js";

/** Secret of one purpose (the split, for one), 32 bytes: HMAC-SHA-256(key, purpose). Throws DPS-E404 in a clone without the key. */
export async function derivedKey(folder: string, dataset: string, purpose: string, options: LedgerOptions = {}): Promise<Buffer> {
  // entries begin with "{", fingerprints and the public name with words of their own: no purpose may collide with them
  if (!/^[a-z][a-z0-9 -]{0,63}$/.test(purpose) || purpose.startsWith("fingerprint") || purpose === NAME_TEXT) throw internal("a key was asked for an unfit purpose");
  const io = options.io ?? nodeIo;
  const paths = budgetPaths(folder, dataset);
  return hmac(requireKey(readKey(io, paths, readBudget(io, paths, dataset)), paths), purpose);
}

const NAME_TEXT = "dpsynth budget key";

/** The public name of a key, `keyId` in budget.json. */
export function keyIdOf(key: Buffer): string {
  return sha256Hex(hmac(key, NAME_TEXT));
}

/** The `mac` of an entry: under the key, over the canonical JSON of all its other fields. */
export function macOf(key: Buffer, fields: Omit<LedgerEntry, "mac">): string {
  return hmac(key, canonicalJson(fields)).toString("hex");
}

/** Does the entry's mac stand under this key? */
export function macHolds(key: Buffer, entry: LedgerEntry): boolean {
  const { mac, ...fields } = entry;
  return timingSafeEqual(Buffer.from(mac, "hex"), Buffer.from(macOf(key, fields), "hex"));
}

/** What a table's digest (32 bytes) is called under this key. Tells nothing to whoever lacks the key. */
export function fingerprintOf(key: Buffer, digest: Uint8Array): string {
  if (digest.length !== 32) throw internal("a table's digest is not 32 bytes");
  return createHmac("sha256", key).update("fingerprint").update(digest).digest("hex");
}

/** What a column of a table's version is called under this key: 16 bytes, of the `ordinal`-th column with this digest (12 bytes). */
export function columnMarkOf(key: Buffer, version: number, digest: Uint8Array, ordinal: number): string {
  if (digest.length !== 12) throw internal("a column's digest is not 12 bytes");
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(version, 0);
  numbers.writeUInt32BE(ordinal, 4);
  return createHmac("sha256", key).update("fingerprint column").update(digest).update(numbers).digest("hex").slice(0, 32);
}

/** The key of a budget, undefined where its file is missing. Throws DPS-E405 where it is another budget's. */
export function readKey(io: LedgerIo, paths: BudgetPaths, budget: BudgetFile): Buffer | undefined {
  const text = readIfThere(io, paths.key)?.toString("latin1").trim();
  if (text === undefined) return undefined;
  const key = /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, "hex") : undefined;
  if (key === undefined || keyIdOf(key) !== budget.keyId) {
    throw fault("DPS-E405", paths.key, "the key this budget was made with", "another key", "Put the right key file back; without it the budget can only be read (move the wrong file away).");
  }
  return key;
}

/** The key, or DPS-E404: who has no key may read and may not spend. */
export function requireKey(key: Buffer | undefined, paths: BudgetPaths): Buffer {
  if (key === undefined) throw keyMissing(paths);
  return key;
}

function keyMissing(paths: BudgetPaths): DpsynthError {
  return fault(
    "DPS-E404",
    paths.key,
    "present: the key file is the right to spend",
    "missing",
    "Work where the key is, or have its holder copy it here by a safe way (never through git); without it a budget can only be read.",
  );
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}
