// One cold run of a command: seconds, peak memory, and whether it ended in time.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Seconds do not count where a virtual machine's host kept back more than this share of the processor time that was wanted. */
const STOLEN_MAX = 0.1;

/**
 * @returns {{ status: "ok" | "timeout" | "failed", seconds: number, stolen: number | null, megabytes: number | null, stderr: string }}
 * peak resident memory of the process; the share of processor time, of all that was wanted meanwhile, that the host gave to others (null where /proc does not tell)
 */
export function coldRun(command, args, { cwd, seconds }) {
  const started = performance.now();
  const before = processorTime();
  const done = spawnSync("/usr/bin/env", ["time", "-f", "peak %M", "timeout", "-k", "5", String(seconds), command, ...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const peak = /peak (\d+)\s*$/.exec(done.stderr);
  return {
    status: done.status === 0 ? "ok" : done.status === 124 || done.status === 137 ? "timeout" : "failed",
    seconds: Number(((performance.now() - started) / 1000).toFixed(2)),
    stolen: stolenSince(before),
    megabytes: peak === null ? null : Math.round(Number(peak[1]) / 1024),
    stderr: done.stderr,
  };
}

/** Whether a run's seconds count: it was said that nothing else ran, and the host did not run others in its stead. */
export const isTimed = (run) => flag("timed") && (run.stolen ?? 0) <= STOLEN_MAX;

/** Ticks wanted and ticks stolen since the machine started. */
function processorTime() {
  try {
    const [user, nice, system, , , irq, softirq, steal] = /^cpu +(.*)$/m.exec(readFileSync("/proc/stat", "utf8"))[1].split(" ").map(Number);
    return { wanted: user + nice + system + irq + softirq + steal, stolen: steal };
  } catch {
    return undefined;
  }
}

function stolenSince(before) {
  const now = processorTime();
  return before === undefined || now === undefined ? null : Number(((now.stolen - before.stolen) / Math.max(1, now.wanted - before.wanted)).toFixed(3));
}

/** `--name a,b` among the arguments, as a list; undefined where it is not given. */
export function listFlag(name) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1].split(",");
}

export const flag = (name) => process.argv.includes(`--${name}`);
