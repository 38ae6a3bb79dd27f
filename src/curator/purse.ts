import { EXIT, fault } from "../base/errors.js";
import { compare, type Rational, rational } from "../base/rational.js";
import type { Price } from "../formats/common.js";
import type { PrivacyEvent } from "../formats/event.js";
import { subtract } from "./accounting/directed.js";
import { counted, NOTHING, type Tally } from "./accounting/gaussian-dp.js";
import { addExact, type ExactPrice, epsilonOf, exactPriceOf, fits, rhoOf, rounded } from "./accounting/price.js";
import type { Reservation } from "./reservation.js";
import { departure } from "./schedule.js";

/** A reservation being spent, event by event, before each look. */
export interface Purse {
  /** Throws once the purse is closed. */
  requireOpen(): void;
  /** Books events, or throws having booked none where their exact total would exceed the reservation, or where they depart from its schedule or have no price in it. */
  charge(asked: readonly PrivacyEvent[]): void;
  /** Unspent ρ (zcdp; μ²/2 where it is Gaussian differential privacy that is counted) or ε (pure), exact. */
  left(): Rational;
  /** What happened and what it costs: all that was reserved where the price is that of the fit as a whole. */
  close(): { price: Price; events: PrivacyEvent[] };
}

export function openPurse(reservation: Pick<Reservation, "account" | "price" | "ownPrice">): Purse {
  const { ownPrice } = reservation;
  const events: PrivacyEvent[] = [];
  let tally: Tally | undefined = ownPrice?.by === "gaussian-dp" ? NOTHING : undefined;
  let spent: ExactPrice = { rho: rational(0), epsilon: rational(0), delta: rational(0) };
  let open = true;
  const requireOpen = (): void => {
    if (!open) throw fault("DPS-E442", "curator", "open", "closed: its receipt was given", "Start another fit.", EXIT.internal);
  };
  return {
    requireOpen,
    charge(asked: readonly PrivacyEvent[]): void {
      if (ownPrice?.by === "privacy-loss-distributions" && departure(ownPrice.schedule, asked, events.length) !== undefined) {
        throw fault(
          "DPS-E448",
          "curator",
          "asked for the looks that were declared, in their order",
          "asked for another one",
          "This is a bug in the mechanism that asked; nothing was released by this call.",
          EXIT.internal,
        );
      }
      const after = addExact(spent, exactPriceOf(asked));
      const tallyAfter = tally === undefined ? undefined : counted(tally, asked);
      if (!fits(rounded(after), reservation.price) || (tallyAfter !== undefined && compare(tallyAfter.price, rhoOf(reservation.price)) > 0)) {
        throw fault("DPS-E443", "curator", "asked for no more than was reserved", "asked for more", "Nothing was released by this call. Reserve more, or measure less.", EXIT.budgetRefused);
      }
      spent = after;
      tally = tallyAfter;
      for (const event of asked) events.push(event);
    },
    left(): Rational {
      if (reservation.account === "zcdp") return subtract(rhoOf(reservation.price), tally === undefined ? spent.rho : tally.price);
      return subtract(epsilonOf(reservation.price) ?? rational(0), spent.epsilon ?? rational(0));
    },
    close() {
      requireOpen();
      open = false;
      return { price: ownPrice === undefined ? rounded(spent) : reservation.price, events: [...events] };
    },
  };
}
