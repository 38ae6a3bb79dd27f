import type { Domain } from "../../../domain/column.js";
import type { Utility } from "../../../formats/utility.js";
import type { Part } from "../part.js";
import { sidesOf } from "./column.js";
import { diagnostic } from "./diagnostic.js";
import { quality } from "./quality.js";

/** Release whose scores these are; older ones leave no pair out, and average over other pairs. */
const VERSION = "0.32.0";

/**
 * Quality and Diagnostic scores as the package sdmetrics gives them for the train part and the release, written from its definitions. Tables are
 * taken as the schema reads them, dates as datetimes, identifiers left out; all rows count, where the package takes a random 50,000.
 */
export function sdmetricsScores(domain: Domain, train: Part, release: Part): NonNullable<Utility["compat"]>["sdmetrics"] {
  const [real, made] = [sidesOf(domain, train), sidesOf(domain, release)];
  return { version: VERSION, quality: quality(domain, real, made), diagnostic: diagnostic(domain, real, made) };
}
