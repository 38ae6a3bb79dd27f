import { DpsynthError } from "../../src/base/errors.js";

/** Code and exit code of the fault that `act` ends with; throws where there is none. */
export async function codeOf(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => undefined,
    (e) => e,
  );
  if (!(error instanceof DpsynthError)) throw new Error("no fault was thrown");
  return `${error.fault.code} ${error.fault.exit}`;
}
