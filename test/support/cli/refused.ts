import { existsSync } from "node:fs";
import { expect } from "vitest";
import { dpsynth, type Limits } from "./run.js";
import { ledgerEntries, type Workspace } from "./workspace.js";

/** One line: code, place, what it must be, what it is, what to do next. */
export const FAULT = /^DPS-E\d+ .+: must be .+, but is .+\. .+\n$/;

export interface Refusal {
  readonly code?: number;
  readonly says?: string | RegExp;
  /** Entries that the refusal itself may add to the ledger. */
  readonly adds?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Limits;
}

const LEDGER = "privacy-budgets/people/ledger.jsonl";

/**
 * Run a verb that must be refused: its exit code, one fault and nothing else in words, no stack, no file more than before, and
 * no entry in the ledger but those that `adds` allows.
 */
export async function refused(w: Workspace, args: readonly string[], { code = 2, says = "", adds = [], env = {}, limits = {} }: Refusal = {}): Promise<string> {
  const files = w.files();
  const ledger = existsSync(w.file(LEDGER)) ? w.read(LEDGER) : "";
  const quiet = args.includes("-q") ? [] : ["-q"];
  const ended = await dpsynth(w.root, [...args, ...quiet], env, limits);
  expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code, stdout: "" });
  expect(ended.stderr).toMatch(FAULT);
  expect(ended.stderr).not.toMatch(/\n\s+at |node:internal|\.js:\d+/);
  if (typeof says === "string") expect(ended.stderr).toContain(says);
  else expect(ended.stderr).toMatch(says);
  expect(w.files()).toEqual(files);
  if (adds.length === 0) expect(existsSync(w.file(LEDGER)) ? w.read(LEDGER) : "").toBe(ledger);
  else
    expect(
      ledgerEntries(w)
        .slice(ledger.split("\n").length - 1)
        .map((entry) => entry.body.kind),
    ).toEqual(adds);
  return ended.stderr;
}
