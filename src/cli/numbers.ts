import { type DpsynthError, fault } from "../base/errors.js";

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function bad(flag: string, must: string, text: string, next: string): DpsynthError {
  return fault("DPS-E110", flag, must, text === "" ? "empty" : `"${text}"`, next);
}

/** Decimal text → finite number. "1,0", "NaN", "1e400" and "" are faults that name the flag. */
function finite(flag: string, text: string, must: string, next: string): number {
  const value = DECIMAL.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw bad(flag, must, text, next);
  return value;
}

export function epsilonFlag(text: string): number {
  const must = "a finite number above 0";
  const value = finite("--epsilon", text, must, "Give a number with a decimal point, such as 1.0.");
  if (!(value > 0)) throw bad("--epsilon", must, text, "Give a number above 0, such as 1.0.");
  return value;
}

/** ε of what an audit publishes. */
export function publicEpsilonFlag(text: string): number {
  const must = "a finite number above 0";
  const value = finite("--public", text, must, "Give what the published counts may cost, such as 0.1.");
  if (!(value > 0)) throw bad("--public", must, text, "Give what the published counts may cost, such as 0.1.");
  return value;
}

export function deltaFlag(text: string): number {
  const must = "a number of at least 0 and below 1";
  const value = finite("--delta", text, must, "Give a number such as 1e-9, or 0 for a pure account.");
  if (!(value >= 0 && value < 1)) throw bad("--delta", must, text, "Give a number such as 1e-9, or 0 for a pure account.");
  return value;
}

/** Largest model, in megabytes. */
export function megabytesFlag(text: string): number {
  const must = "a number of megabytes above 0 and at most 1024";
  const value = finite("--max-model-size", text, must, "Give a size such as 8.");
  if (!(value > 0 && value <= 1024)) throw bad("--max-model-size", must, text, "Give a size such as 8.");
  return value;
}

/** A share in [0, 1). */
export function shareFlag(flag: string): (text: string) => number {
  return (text) => {
    const value = finite(flag, text, "a share of at least 0 and below 1", "Give a share such as 0.2.");
    if (!(value >= 0 && value < 1)) throw bad(flag, "a share of at least 0 and below 1", text, "Give a share such as 0.2.");
    return value;
  };
}

/** A whole number of at least `least`. */
export function wholeFlag(flag: string, least: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,15}$/.test(text.trim()) || Number(text) < least) throw bad(flag, `a whole number of at least ${least}`, text, `Give a number such as ${Math.max(least, 50_000)}.`);
    return Number(text);
  };
}
