import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** The built command line: `dist`, or the folder that DPSYNTH_DIST names. */
const MAIN = resolve(process.env.DPSYNTH_DIST ?? "dist", "cli/main.js");

/** Path of the built entry point. */
export function binary(): string {
  return MAIN;
}

/** How one run of the binary ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once stderr holds `text`; rejects where the process ends without it. */
  said(text: string): Promise<void>;
}

type Env = Readonly<Record<string, string>>;

/** What the operating system lets the process do. */
export interface Limits {
  /** Largest file that may be written, in blocks of the shell's `ulimit`: what a full disk looks like. */
  readonly fileBlocks?: number;
  /** User to run as, where the caller may choose. */
  readonly uid?: number;
}

const running = new Set<ChildProcess>();

/** Kill what was started here and still lives. */
export function endAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Start the real binary in `cwd`, without a terminal. DPSYNTH_* of the caller's own environment are not handed on. */
export function start(cwd: string, args: readonly string[], env: Env = {}, limits: Limits = {}): Running {
  if (!existsSync(MAIN)) throw new Error(`build first: ${MAIN} is missing`);
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DPSYNTH_")));
  const command = [process.execPath, MAIN, ...args];
  const [file, ...rest] = limits.fileBlocks === undefined ? command : ["sh", "-c", `ulimit -f ${limits.fileBlocks}; exec "$@"`, "sh", ...command];
  const user = limits.uid === undefined ? {} : { uid: limits.uid, gid: limits.uid };
  const child = spawn(file, rest, { cwd, env: { ...own, ...env }, stdio: ["ignore", "pipe", "pipe"], ...user });
  running.add(child);
  child.on("close", () => running.delete(child));
  const parts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      parts[name] += text;
    });
  }
  const ended = new Promise<Ended>((done) => child.on("close", (code, signal) => done({ code, signal, ...parts })));
  const said = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (parts.stderr.includes(text)) done();
      };
      look();
      child.stderr.on("data", look);
      child.on("close", () => fail(new Error(`ended without saying ${text}: ${parts.stderr}`)));
    });
  return { child, ended, said };
}

/** Run the real binary to its end. */
export async function dpsynth(cwd: string, args: readonly string[], env: Env = {}, limits: Limits = {}): Promise<Ended> {
  return await start(cwd, args, env, limits).ended;
}

/** Run it and throw, with its words, where it does not end with 0: for steps that a test builds on. */
export async function done(cwd: string, args: readonly string[], env: Env = {}): Promise<Ended> {
  const ended = await dpsynth(cwd, args, env);
  if (ended.code !== 0) throw new Error(`dpsynth ${args.join(" ")} ended with ${ended.code ?? ended.signal}: ${ended.stderr}`);
  return ended;
}
