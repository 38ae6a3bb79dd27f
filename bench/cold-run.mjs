// One cold run of a command: seconds, peak memory, and whether it ended in time.
import { spawnSync } from "node:child_process";

/** @returns {{ status: "ok" | "timeout" | "failed", seconds: number, megabytes: number | null, stderr: string }} peak resident memory of the process */
export function coldRun(command, args, { cwd, seconds }) {
  const started = performance.now();
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
    megabytes: peak === null ? null : Math.round(Number(peak[1]) / 1024),
    stderr: done.stderr,
  };
}

/** `--name a,b` among the arguments, as a list; undefined where it is not given. */
export function listFlag(name) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1].split(",");
}

export const flag = (name) => process.argv.includes(`--${name}`);
