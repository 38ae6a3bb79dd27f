import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fault } from "../../base/errors.js";
import { type LedgerIo, type LedgerOptions, nodeIo, onDisk, readIfThere, systemCode } from "./io.js";

/** Who holds a lock. `started` names the process beyond its number, which the system uses again. */
interface Owner {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
  readonly token: string;
}

/** Milliseconds after which a lock counts as left behind although its owner cannot be asked: no append takes that long. */
const FOREIGN_STALE_MS = 60_000;
/** The same for a lock whose maker died before it wrote its name. */
const NAMELESS_STALE_MS = 2_000;

/**
 * Run `act` while holding the lock file. A courtesy among writers, not what keeps the ledger right: an append counts
 * only by its place in the chain. Throws DPS-E407 where a live owner keeps it beyond the deadline.
 */
export async function withLock<T>(path: string, options: LedgerOptions, act: () => T | Promise<T>): Promise<T> {
  const io = options.io ?? nodeIo;
  const me: Owner = { pid: process.pid, started: processStart(io, process.pid) ?? "", host: hostname(), token: randomBytes(16).toString("hex") };
  const deadline = performance.now() + (options.deadlineMs ?? 10_000);
  while (!take(io, path, me)) {
    const owner = ownerOf(io, path);
    if (owner !== undefined && isLeftBehind(io, path, owner)) {
      breakLock(io, path, owner);
    } else if (performance.now() > deadline) {
      throw held(path, owner);
    } else {
      await sleep(2 + Math.random() * 18);
    }
  }
  try {
    return await act();
  } finally {
    if (ownerOf(io, path)?.token === me.token) unlinkIfThere(io, path);
  }
}

function take(io: LedgerIo, path: string, me: Owner): boolean {
  return onDisk(path, "writable", () => {
    let fd: number;
    try {
      fd = io.open(path, "wx", 0o600);
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
    try {
      io.write(fd, Buffer.from(JSON.stringify(me)));
    } catch (error) {
      ifThere(() => io.unlink(path)); // a full disk: a lock without a name would stand in everybody's way
      throw error;
    } finally {
      io.close(fd);
    }
    return true;
  });
}

/** Undefined where the lock is gone; pid 0 where it bears no name. */
function ownerOf(io: LedgerIo, path: string): Owner | undefined {
  const text = readIfThere(io, path)?.toString("utf8");
  if (text === undefined) return undefined;
  try {
    const { pid, started, host, token } = JSON.parse(text) as Partial<Owner>;
    if (typeof pid === "number" && typeof started === "string" && typeof host === "string" && typeof token === "string") return { pid, started, host, token };
  } catch {
    // half-written by a process that died, or about to be written by one that lives
  }
  return { pid: 0, started: "", host: "", token: "" };
}

function isLeftBehind(io: LedgerIo, path: string, owner: Owner): boolean {
  if (owner.pid === 0) return age(io, path) > NAMELESS_STALE_MS;
  if (owner.host !== hostname()) return age(io, path) > FOREIGN_STALE_MS;
  const started = processStart(io, owner.pid);
  if (started !== undefined && owner.started !== "") return started !== owner.started;
  return !isRunning(owner.pid);
}

/** Move the lock aside and look again: had someone else just taken it, the one moved is theirs. */
function breakLock(io: LedgerIo, path: string, owner: Owner): void {
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  if (!moved(io, path, aside)) return;
  if (ownerOf(io, aside)?.token === owner.token || readIfThere(io, path) !== undefined) unlinkIfThere(io, aside);
  else moved(io, aside, path);
}

/** False where someone else was quicker. */
function moved(io: LedgerIo, from: string, to: string): boolean {
  return onDisk(from, "writable", () => ifThere(() => io.rename(from, to)));
}

/** Boot and start time of a running process, "ended" for a zombie; undefined where the system does not tell or there is no such process. */
function processStart(io: LedgerIo, pid: number): string | undefined {
  try {
    const stat = io.read(`/proc/${pid}/stat`).toString("latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return "ended";
    return `${io.read("/proc/sys/kernel/random/boot_id").toString("latin1").trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

function age(io: LedgerIo, path: string): number {
  try {
    return io.age(path);
  } catch {
    return 0;
  }
}

function unlinkIfThere(io: LedgerIo, path: string): void {
  onDisk(path, "writable", () => ifThere(() => io.unlink(path)));
}

function ifThere(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

function held(path: string, owner: Owner | undefined): Error {
  const who = owner === undefined || owner.pid === 0 ? "another process" : `process ${owner.pid} on ${owner.host === hostname() ? "this machine" : "another machine"}`;
  return fault("DPS-E407", path, "free", `held by ${who}, which is alive`, "Wait for that run to end, or end it, and try again. Nothing was spent.");
}
