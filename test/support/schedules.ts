import { pldBudget } from "../../src/curator/accounting/pld-schedule.js";
import type { ReserveRequest } from "../../src/curator/ledger/index.js";
import type { ScheduleStep } from "../../src/formats/schedule.js";
import { scheduleOf } from "../../src/synth/schedule.js";
import { categoricalDomain } from "./tables.js";

/** The least noise of MST over two columns at (ε, δ), by privacy loss distributions. */
export function twoColumns(epsilon: number, delta = 1e-9) {
  const budget = pldBudget((rho) => scheduleOf("mst", categoricalDomain([2, 3]), rho), epsilon, delta);
  if (budget === undefined) throw new Error("the schedule has no price");
  return budget;
}

/** A fit that asks for it. */
export function pldFit(fit: string, epsilon: number, delta = 1e-9): ReserveRequest & { schedule: readonly ScheduleStep[] } {
  const { price, schedule } = twoColumns(epsilon, delta);
  return { fit, epsilon, delta, price, schedule, method: "mst", part: "train" };
}
