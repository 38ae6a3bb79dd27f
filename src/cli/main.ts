#!/usr/bin/env node
import { CommanderError } from "commander";
import { DpsynthError, EXIT } from "../base/errors.js";
import { program } from "./program.js";

/** Commander ends the process with 1 for bad usage; in our table that is 2, and help is 0. */
function overrideExits(command: ReturnType<typeof program>): void {
  command.exitOverride();
  for (const child of command.commands) overrideExits(child);
}

function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
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

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(EXIT.interrupted));
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.internal));

const root = program();
overrideExits(root);
try {
  await root.parseAsync(process.argv);
} catch (error) {
  process.exitCode = tell(error);
}
