import { randomBytes } from "node:crypto";
import { closeSync, constants, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { type DpsynthError, fault } from "../../base/errors.js";

/**
 * Every touch of the disk that the ledger makes. Synchronous on purpose: no signal handler and no other task of this
 * process runs between the reading of a ledger and the append that rests on it.
 */
export interface LedgerIo {
  open(path: string, flags: string | number, mode?: number): number;
  /** Bytes written; fewer than asked means a full disk. */
  write(fd: number, bytes: Uint8Array): number;
  fsync(fd: number): void;
  close(fd: number): void;
  read(path: string): Buffer;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Make a folder and its parents. */
  mkdir(path: string): void;
  /** Remove a folder and what is in it. */
  removeFolder(path: string): void;
  list(path: string): string[];
  /** Milliseconds since the file was last written. */
  age(path: string): number;
}

/** The disk itself. */
export const nodeIo: LedgerIo = {
  open: (path, flags, mode) => openSync(path, flags, mode),
  write: (fd, bytes) => writeSync(fd, bytes),
  fsync: (fd) => fsyncSync(fd),
  close: (fd) => closeSync(fd),
  read: (path) => readFileSync(path),
  rename: (from, to) => renameSync(from, to),
  unlink: (path) => unlinkSync(path),
  mkdir: (path) => void mkdirSync(path, { recursive: true }),
  removeFolder: (path) => rmSync(path, { recursive: true, force: true }),
  list: (path) => readdirSync(path),
  age: (path) => Date.now() - statSync(path).mtimeMs,
};

/** What every verb of the ledger takes last; all of it has a default. */
export interface LedgerOptions {
  readonly io?: LedgerIo;
  /** How long a live owner's lock is waited for, in milliseconds. Default 10 000. */
  readonly deadlineMs?: number;
}

/** The system's name of an error (`ENOENT`), or undefined where it is none of the system's. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Run one act on the disk; a failure of the system becomes a fault that names the file and not its content. */
export function onDisk<T>(path: string, must: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw diskFault(path, must, code);
  }
}

export function diskFault(path: string, must: string, code: string): DpsynthError {
  const words: Record<string, string> = { ENOSPC: "on a full disk", EACCES: "not permitted", EPERM: "not permitted", EROFS: "on a read-only file system", ENOENT: "missing" };
  return fault("DPS-E408", path, must, `${words[code] ?? "refused by the system"} (${code})`, "Mend the file system and run the command again; `dpsynth budget show` tells what was recorded.");
}

/** The file's bytes, or undefined where there is no such file. */
export function readIfThere(io: LedgerIo, path: string): Buffer | undefined {
  return onDisk(path, "readable", () => {
    try {
      return io.read(path);
    } catch (error) {
      if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
      throw error;
    }
  });
}

/** Make a new file, its bytes on the disk before this returns. Fails where the file exists. */
export function writeNew(io: LedgerIo, path: string, text: string, mode = 0o644): void {
  writeDurably(io, path, "wx", text, mode);
}

/** Add `text` to the end of a file in one write, on the disk before this returns. */
export function appendDurably(io: LedgerIo, path: string, text: string): void {
  // without O_CREAT: a ledger that vanished must not be born again, empty
  writeDurably(io, path, constants.O_WRONLY | constants.O_APPEND, text, 0o644);
}

function writeDurably(io: LedgerIo, path: string, flags: string | number, text: string, mode: number): void {
  const bytes = Buffer.from(text, "utf8");
  onDisk(path, "writable", () => {
    const fd = io.open(path, flags, mode);
    try {
      if (io.write(fd, bytes) !== bytes.length) throw diskFault(path, "written whole", "ENOSPC");
      io.fsync(fd);
    } finally {
      io.close(fd);
    }
  });
}

/** Replace a file's content atomically: readers see the old text or the new one. */
export function replaceFile(io: LedgerIo, path: string, text: string): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  writeNew(io, draft, text);
  onDisk(path, "writable", () => io.rename(draft, path));
  syncFolder(io, dirname(path));
}

/** Put a folder's own list of names on the disk. Windows has no such call and orders names by itself. */
export function syncFolder(io: LedgerIo, path: string): void {
  if (process.platform === "win32") return;
  onDisk(path, "a folder", () => {
    const fd = io.open(path, "r");
    try {
      io.fsync(fd);
    } finally {
      io.close(fd);
    }
  });
}
