import type { Claim, TrialFit } from "../audit/empirical/audit-mechanism.js";
import { oneSelection } from "../audit/empirical/one-selection.js";
import { biasedChoice, unseenRecord, type Worlds } from "../audit/empirical/worlds.js";
import { toDouble } from "../base/rational.js";
import { fitBudget } from "../curator/accounting/account.js";
import { epsilonOf, rhoOf } from "../curator/accounting/price.js";
import { type Noise, openCurator, type Reservation, secureNoise } from "../curator/index.js";
import type { Domain } from "../domain/column.js";
import type { Door } from "../domain/door.js";
import type { Goal } from "../domain/workload.js";
import type { CountingEngine } from "../engine/engine.js";
import { memoryEngine } from "../engine/memory.js";
import type { Method } from "../formats/method.js";
import { measureAim } from "../synth/aim/aim.js";
import { measureMosaic } from "../synth/mosaic/mosaic.js";
import { measurePrivBayes } from "../synth/privbayes/privbayes.js";
import { measureIndependent } from "../synth/select/independent.js";
import { measureMst } from "../synth/select/mst.js";
import type { EncodedTable } from "../table/encoded.js";

/** What may be put to the test: a method, or the exponential mechanism by itself. */
export type Tested = Method | "selection";

/** The part of each method that talks to the door; what it does afterwards is post-processing and tells no more. */
export const MEASURES: Readonly<Record<Method, (door: Door, domain: Domain, goal?: Goal) => Promise<unknown>>> = {
  mosaic: (door, domain) => measureMosaic(door, domain, undefined),
  aim: (door, domain, goal) => measureAim(door, domain, goal),
  privbayes: (door, domain) => measurePrivBayes(door, domain),
  mst: (door, domain) => measureMst(door, domain),
  independent: (door, domain) => measureIndependent(door, domain),
};

/** A price, as it would be reserved; δ = 0 asks for the pure account. */
export interface Asked {
  readonly epsilon: number;
  readonly delta: number;
}

/** What is tested, on which tables, and what it promises. */
export interface Trial {
  readonly fit: TrialFit;
  readonly worlds: readonly Worlds[];
  readonly claim: Claim;
}

/** Fits of made-up tables through the real door with real noise; no ledger, since nobody's data are touched. */
export function trialOf(tested: Tested, asked: Asked): Trial {
  return trialWith(tested, asked, secureNoise());
}

/** {@link trialOf} with the noise handed in: for tests. Not exported by the package. */
export function trialWith(tested: Tested, asked: Asked, noise: Noise): Trial {
  const reservation = reservationOf(asked);
  const rho = reservation.account === "pure" ? null : toDouble(rhoOf(reservation.price));
  const choice = biasedChoice(rho ?? pureRho(reservation));
  const engines = new Map<EncodedTable, CountingEngine>();
  const measure = tested === "selection" ? (door: Door, domain: Domain) => oneSelection(door, domain, choice.table.rows) : MEASURES[tested];
  return {
    worlds: worldsFor(tested, choice),
    claim: { epsilon: asked.epsilon, delta: asked.delta, rho },
    async fit(table, listen) {
      const engine = engines.get(table) ?? memoryEngine(table, 1);
      engines.set(table, engine);
      const door = openCurator({ engine, domain: table.domain, reservation, noise, method: tested, part: "all", shareLearned: 1 });
      await measure(listen(door), table.domain);
    },
  };
}

/** Only MST spends so much on its choices (a third) that a test which is blind to them loses much. */
function worldsFor(tested: Tested, choice: Worlds): Worlds[] {
  if (tested === "selection") return [choice];
  return tested === "mst" ? [unseenRecord(), choice] : [unseenRecord()];
}

/** ε²/2: about what a pure price is in ρ, for the size of a made-up table. */
function pureRho({ price }: Reservation): number {
  const epsilon = toDouble(epsilonOf(price) ?? rhoOf(price));
  return (epsilon * epsilon) / 2;
}

/** Money that no ledger holds, for fits that spend nobody's. */
export function reservationOf({ epsilon, delta }: Asked): Reservation {
  const account = delta === 0 ? "pure" : "zcdp";
  return {
    fit: "trial",
    dataset: "made-up",
    account,
    price: fitBudget({ account, epsilon, delta }),
    epsilon,
    delta,
    commit: async () => ({ ledger: { seq: 0, hash: "0".repeat(64) }, spentEpsilon: epsilon, capEpsilon: epsilon, capDelta: delta }),
    cancel: async () => undefined,
  };
}
