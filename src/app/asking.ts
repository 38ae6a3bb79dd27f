import { fault } from "../base/errors.js";
import { fitBudget } from "../curator/accounting/account.js";
import { type PldBudget, pldBudget } from "../curator/accounting/pld-schedule.js";
import { discoveryDelta } from "../curator/discover.js";
import type { Domain } from "../domain/column.js";
import type { Price } from "../formats/common.js";
import type { Accounting, Method } from "../formats/method.js";
import { scheduleOf, whyAdaptive } from "../synth/schedule.js";

/** A fit as it is to be paid for; all of it is public. */
export interface Asking {
  readonly method: Method;
  readonly domain: Domain;
  readonly account: "zcdp" | "pure";
  readonly epsilon: number;
  readonly delta: number;
  /** Columns whose values or bounds the fit discovers. */
  readonly discovers: number;
  readonly accounting: Accounting;
}

/** What to ask the ledger for: a price and, by privacy loss distributions, the schedule that it is the price of. */
export type Asked = { readonly price: Price } & Partial<Pick<PldBudget, "schedule" | "epsilon">>;

/** Throws DPS-E127 where the fit cannot be priced as it was asked to be. */
export function askingPrice(asking: Asking): Asked {
  const { account, epsilon, delta, discovers, accounting } = asking;
  if (accounting === "zcdp") return { price: fitBudget({ account, epsilon, delta, discoveryDelta: discoveryDelta(delta, discovers) }) };
  const odd = whyNotPld(asking);
  if (odd !== undefined) throw noSuchPrice(odd);
  const priced = pldPrice(asking);
  if (priced === undefined) throw noSuchPrice(`asked at ε = ${epsilon}, where it is no better than zCDP (ε is above 64 or σ above 2^17)`);
  return priced;
}

/** The same fit by privacy loss distributions; undefined where they give it no price, or none below zCDP's. */
export function pldPrice(asking: Asking): PldBudget | undefined {
  const { method, domain, epsilon, delta } = asking;
  if (whyNotPld(asking) !== undefined) return undefined;
  return pldBudget((rho) => scheduleOf(method as "mst" | "independent", domain, rho), epsilon, delta);
}

function whyNotPld({ method, domain, account, discovers }: Asking): string | undefined {
  if (account === "pure") return "asked of a pure account, where δ is 0";
  const adaptive = whyAdaptive(method);
  if (adaptive !== undefined) return `asked of ${method}: ${adaptive}`;
  if (discovers > 0) return "asked of a fit that discovers values: how many noisy thresholds are passed, the data decide";
  if (domain.maxRows > 1) return `asked for units of up to ${domain.maxRows} rows, while it is proved for units of one row alone`;
  return undefined;
}

function noSuchPrice(is: string): Error {
  return fault(
    "DPS-E127",
    "--accounting pld",
    "asked of looks whose number, kinds and noise are fixed before the first of them",
    is,
    "Use --method mst or --method independent where that is the reason, or leave --accounting out: zCDP prices every fit.",
  );
}
