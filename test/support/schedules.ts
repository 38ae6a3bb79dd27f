import { type OwnBudget, type Pricing, scheduleBudget } from "../../src/curator/accounting/own-price.js";
import type { ReserveRequest } from "../../src/curator/ledger/index.js";
import type { ScheduleStep } from "../../src/formats/schedule.js";
import { scheduleOf } from "../../src/synth/schedule.js";
import { categoricalDomain } from "./tables.js";

/** The least noise of MST over two columns at (ε, δ), by privacy loss distributions. */
export function twoColumns(epsilon: number, delta = 1e-9): OwnBudget & { schedule: readonly ScheduleStep[] } {
  const budget = scheduleBudget((rho) => scheduleOf("mst", categoricalDomain([2, 3]), rho), epsilon, delta);
  if (budget?.pricing.by !== "privacy-loss-distributions") throw new Error("the schedule has no price");
  return { ...budget, schedule: budget.pricing.schedule };
}

/** A fit that asks for it. */
export function pldFit(fit: string, epsilon: number, delta = 1e-9): ReserveRequest & { pricing: Extract<Pricing, { by: "privacy-loss-distributions" }> } {
  const { price, schedule } = twoColumns(epsilon, delta);
  return { fit, epsilon, delta, price, pricing: { by: "privacy-loss-distributions", schedule }, method: "mst", part: "train" };
}
