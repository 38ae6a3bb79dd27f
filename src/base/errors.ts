/** Exit codes of the command line, DESIGN §6; the table is tested in `test/cli/exit-codes.test.ts`. */
export const EXIT = {
  done: 0,
  gateFailed: 1,
  usage: 2,
  budgetRefused: 3,
  inconclusive: 4,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Error codes by hundreds: 1xx usage and configuration, 2xx schema, 3xx reading and writing tables,
 * 4xx ledger and budget, 5xx model and sampling, 6xx audit, 7xx gate, 8xx file formats, 9xx internal.
 */
export type ErrorCode = `DPS-E${number}`;

/** An error as data: what, where, what it must be, what it is, and what to do next. Never a cell value. */
export interface Fault {
  /** Stable code, documented in docs/errors.md. */
  readonly code: ErrorCode;
  /** The file, and the key inside it: `people.schema.json: fields[3].categories`. */
  readonly path: string;
  /** What the thing at `path` must be, as in "must be …". */
  readonly must: string;
  /** What it is, as in "but is …". Public words only: never a cell of the sensitive table. */
  readonly is: string;
  /** One act that mends it. */
  readonly next: string;
  readonly exit: ExitCode;
}

/** The only exception that dpsynth throws on purpose. Carries a {@link Fault}; the message is made of it. */
export class DpsynthError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(`${fault.code} ${fault.path}: must be ${fault.must}, but is ${fault.is}. ${fault.next}`);
    this.name = "DpsynthError";
    this.fault = fault;
  }
}

/** Make (not throw) a usage error, exit 2. */
export function fault(code: ErrorCode, path: string, must: string, is: string, next: string, exit: ExitCode = EXIT.usage): DpsynthError {
  return new DpsynthError({ code, path, must, is, next, exit });
}

/** A broken invariant of our own: exit 70. `what` must hold no private value. */
export function internal(what: string): DpsynthError {
  return new DpsynthError({
    code: "DPS-E900",
    path: "dpsynth",
    must: "consistent with itself",
    is: `not: ${what}`,
    next: "This is a bug in dpsynth; nothing was released. Please report it with the command you ran.",
    exit: EXIT.internal,
  });
}
