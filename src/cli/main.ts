#!/usr/bin/env node
import { CommanderError } from "commander";
import { DpsynthError, EXIT } from "../base/errors.js";
import { interrupt } from "../base/interrupt.js";
import { program } from "./program.js";
import { usageFault } from "./usage.js";

/** Commander ends the process itself and words its own errors; in our table bad usage is 2, one fault in our words, and help is 0. */
function overrideExits(command: ReturnType<typeof program>): void {
  command.exitOverride();
  command.configureOutput({ outputError: () => undefined });
  for (const child of command.commands) overrideExits(child);
}

function tell(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  if (error instanceof CommanderError) {
    const fault = usageFault(error);
    if (fault !== undefined) process.stderr.write(`${fault.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof DpsynthError) {
    process.stderr.write(`${error.message}\n`);
    return error.fault.exit;
  }
  // An unforeseen error's text may quote data: only its kind is told.
  process.stderr.write(
    `DPS-E999 dpsynth: an unforeseen ${error instanceof Error ? error.constructor.name : "error"}. This is a bug; what was reserved stays reserved, and no file was left half-written.\n`,
  );
  if (process.env.DPSYNTH_DEBUG !== undefined && error instanceof Error) process.stderr.write(`${(error.stack ?? "").split("\n").slice(1).join("\n")}\n`);
  return EXIT.internal;
}

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interrupted = true;
    void interrupt().then(() => process.exit(EXIT.interrupted));
  });
}
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.internal));

const root = program();
overrideExits(root);
try {
  await root.parseAsync(process.argv);
} catch (error) {
  // what fails because it was broken off is no error of the user's
  process.exitCode = interrupted ? EXIT.interrupted : tell(error);
}
