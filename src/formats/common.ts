import { z } from "zod";
import { parse } from "../base/rational.js";

/** An exact rational as text, `"p/q"` or `"p"`. */
export const rationalText = z.string().refine((t) => parse(t) !== undefined, { params: { must: 'a rational as text, "p/q"', is: "something else" } });
/** A lower-case hex SHA-256. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** An integer of any size as decimal text. */
export const bigintText = z.string().regex(/^-?\d{1,60}$/);
/** ISO 8601 instant. */
export const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
/** A ledger position that other artefacts witness. */
export const ledgerHead = z.strictObject({ seq: z.int().min(0), hash: sha256 });
export type LedgerHead = z.output<typeof ledgerHead>;

/** A price: concentrated ρ in 10⁻¹⁵, pure ε in 10⁻¹⁵, δ in 10⁻¹⁸, each rounded up. `epsilonFemto` is absent where an event has no pure price. */
export const price = z.strictObject({ rhoFemto: bigintText, epsilonFemto: bigintText.optional(), deltaAtto: bigintText });
export type Price = z.output<typeof price>;
