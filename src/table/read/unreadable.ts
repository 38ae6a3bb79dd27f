import { type DpsynthError, fault } from "../../base/errors.js";

/** The fault of a file that breaks behind its header. A constant: DuckDB's own words quote rows. */
export function unreadable(path: string): DpsynthError {
  return fault("DPS-E310", path, "readable to its end", "broken, or changing while it is read", "Check that the export finished, and copy it again.");
}
