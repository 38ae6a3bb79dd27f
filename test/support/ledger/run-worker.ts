import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The worker and all it imports of ours, as JavaScript that any Node runs; `remove` deletes it. */
export function buildWorker(): { script: string; remove: () => void } {
  const temporary = join(root, ".tmp");
  mkdirSync(temporary, { recursive: true });
  const folder = mkdtempSync(join(temporary, "ledger-worker-"));
  const entry = "test/support/ledger/worker.ts";
  const seen = new Set([entry]);
  for (const file of seen) {
    const { outputText } = ts.transpileModule(readFileSync(join(root, file), "utf8"), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    });
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
    for (const [, path] of outputText.matchAll(/from "(\.[^"]+)\.js"/g)) seen.add(normalize(join(dirname(file), `${path}.ts`)));
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  return { script: join(folder, entry.replace(/\.ts$/, ".js")), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: readonly string[];
  readonly errors: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the process has stopped by SIGSTOP: before that a SIGCONT would be lost. */
  readonly stops: () => Promise<void>;
}

const started = new Set<ChildProcess>();

/** Kill what was started and still lives: a stopped process would wait for ever. */
export function endAll(): void {
  for (const child of started) child.kill("SIGKILL");
}

export function start(script: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  started.add(child);
  let out = "";
  let errors = "";
  child.stdout.on("data", (block) => {
    out += String(block);
  });
  child.stderr.on("data", (block) => {
    errors += String(block);
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (code, signal) => {
      started.delete(child);
      resolve({ code, signal, said: out.split("\n").filter((line) => line !== ""), errors });
    }),
  );
  return { child, ended, stops: () => stops(child, () => errors) };
}

async function stops(child: ChildProcess, errors: () => string): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (child.exitCode !== null) break;
    if (spawnSync("ps", ["-o", "stat=", "-p", String(child.pid)], { encoding: "utf8" }).stdout.startsWith("T")) return;
    await sleep(20);
  }
  throw new Error(`the process did not stop: ${errors()}`);
}
