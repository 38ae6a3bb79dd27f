import { internal } from "../base/errors.js";
import { format, mul, type Rational, rational } from "../base/rational.js";
import type { Price } from "../formats/common.js";
import type { PrivacyEvent } from "../formats/event.js";
import type { NoiseSource } from "../formats/ledger.js";
import { priceOf } from "./accounting/price.js";
import type { Noise } from "./mechanism/noise.js";
import type { Committed, Reservation } from "./reservation.js";

/** Vectors of counts that one unit changes by 1 in all, to be published with discrete Laplace noise. */
export interface CountPlan {
  readonly events: PrivacyEvent[];
  readonly price: Price;
  /** Scale of the noise on each count. */
  readonly scale: Rational;
}

/** Noise for `queries` that cost the pure `epsilon` together, in equal parts. @pre epsilon > 0, at least one query */
export function planCounts(queries: readonly string[], epsilon: Rational): CountPlan {
  const scale = mul(rational(queries.length), rational(epsilon.den, epsilon.num));
  const events = queries.map((query): PrivacyEvent => ({ type: "discrete-laplace", query, scale: format(scale), l1Sensitivity: 1 }));
  return { events, price: priceOf(events), scale };
}

export interface PublishedCounts {
  /** Noisy whole numbers, one vector a query. */
  readonly counts: readonly Float64Array[];
  readonly committed: Committed;
  readonly noise: NoiseSource;
}

/**
 * Read, add noise, commit. The reservation stands on the disk before `read` is called, and stays spent whatever `read` does.
 * @pre the price of `plan` is what was reserved
 * @price pure ε = Σ 1/b
 * @proof docs/proofs/public-findings.md
 */
export async function publishCounts(reservation: Reservation, plan: CountPlan, read: () => Promise<readonly Float64Array[]>, noise: Noise): Promise<PublishedCounts> {
  const exact = await read();
  if (exact.length !== plan.events.length) throw internal("counts were published that were not paid for");
  const counts = exact.map((cells) => Float64Array.from(cells));
  for (const cells of counts) noise.fillLaplace(plan.scale, cells);
  const committed = await reservation.commit({ price: plan.price, events: plan.events, noise: noise.provenance });
  return { counts, committed, noise: noise.provenance };
}
