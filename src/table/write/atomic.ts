import { randomBytes } from "node:crypto";
import { closeSync, openSync, statSync, unlinkSync } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type DpsynthError, fault } from "../../base/errors.js";

/** A file being written beside its target under a temporary name. */
export interface PendingFile {
  /** Where to write. */
  readonly path: string;
  /** fsync and put it in the target's place. Throws a fault, leaving nothing, where that fails. */
  commit(): Promise<void>;
  /** Remove what was written. Never throws. */
  discard(): Promise<void>;
}

const pendingNow = new Set<string>();

/** An interrupted process leaves no half-written file either: `process.exit` runs this, only SIGKILL does not. */
function dropPending(): void {
  for (const path of pendingNow) {
    try {
      unlinkSync(path);
    } catch {
      // already gone
    }
  }
}

function enlist(path: string): void {
  if (pendingNow.size === 0) process.on("exit", dropPending);
  pendingNow.add(path);
}

function strike(path: string): void {
  pendingNow.delete(path);
  if (pendingNow.size === 0) process.off("exit", dropPending);
}

/** Make an empty temporary file beside `target`, which proves that the folder can be written and `target` be replaced. Faults DPS-E340 to E342. */
export async function pendingFile(target: string, mode = 0o666): Promise<PendingFile> {
  const path = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.part`);
  const discard = async (): Promise<void> => {
    await unlink(path).catch(() => undefined);
    strike(path);
  };
  enlist(path);
  try {
    if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) throw Object.assign(new Error(), { code: "EISDIR" });
    closeSync(openSync(path, "wx", mode)); // at once: a file that came to be after the exit's clearing would stay
  } catch (error) {
    strike(path);
    throw writeFault(target, error);
  }
  const commit = async (): Promise<void> => {
    try {
      await sync(path);
      await rename(path, target);
      strike(path);
    } catch (error) {
      await discard();
      throw writeFault(target, error);
    }
    // The name itself is durable only once the folder is; file systems that cannot sync a folder keep the rename anyway.
    await sync(dirname(target)).catch(() => undefined);
  };
  return { path, commit, discard };
}

/** Write a whole file: afterwards `path` holds the old bytes or all of the new ones, never a part. */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o666): Promise<void> {
  const pending = await pendingFile(path, mode);
  try {
    const file = await open(pending.path, "r+");
    try {
      await file.writeFile(data);
    } finally {
      await file.close();
    }
  } catch (error) {
    await pending.discard();
    throw writeFault(path, error);
  }
  await pending.commit();
}

/** The one fault for a file that cannot be written. Knows error codes only: the texts of libraries may quote rows. */
export function writeFault(target: string, error: unknown): DpsynthError {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return fault("DPS-E341", target, "on a disk with room for it", "on a full one; nothing was left behind", "Free space, or name an output on another disk.");
    case "ENOENT":
    case "ENOTDIR":
      return fault("DPS-E340", target, "in a folder that exists", "in none", "Make the folder, or correct the path.");
    case "EISDIR":
    case "ENOTEMPTY":
    case "EEXIST":
      return fault("DPS-E340", target, "a file", "a folder", "Give the path of a file.");
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return fault("DPS-E340", target, "in a folder that may be written", `in one that may not (${code})`, "Change its permissions, or write elsewhere.");
    default:
      return fault("DPS-E342", target, "writable", `not${code === undefined ? "" : ` (${code})`}; nothing was left behind`, "Check the disk, or write elsewhere.");
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
