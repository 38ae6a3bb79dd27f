import type { CommanderError } from "commander";
import { type DpsynthError, fault } from "../base/errors.js";

const MUST: Readonly<Record<string, readonly [must: string, is: string]>> = {
  "commander.unknownOption": ["a flag of this command", "unknown"],
  "commander.unknownCommand": ["a command", "unknown"],
  "commander.missingArgument": ["given", "missing"],
  "commander.missingMandatoryOptionValue": ["given", "missing"],
  "commander.optionMissingArgument": ["followed by a value", "without one"],
  "commander.excessArguments": ["given no more arguments than it takes", "given more"],
};

/** A usage error of the argument parser as our fault DPS-E109; undefined where help was shown instead. */
export function usageFault(error: CommanderError): DpsynthError | undefined {
  if (error.code === "commander.help") return undefined;
  const text = error.message.replace(/^error: /, "");
  const quoted = /'([^']*)'/.exec(text)?.[1];
  const hint = /\(Did you mean (.+)\?\)/.exec(text)?.[1];
  const next = hint === undefined ? "See --help." : `Did you mean ${hint}? See --help.`;
  const choices = /^option '([^']*)' argument '(.*)' is invalid\. Allowed choices are (.+)\.$/s.exec(text);
  if (choices !== null) return fault("DPS-E109", choices[1], `one of ${choices[3]}`, `"${choices[2]}"`, next);
  const [must, is] = MUST[error.code] ?? ["understood", "not"];
  return fault("DPS-E109", quoted ?? "dpsynth", must, is, next);
}
