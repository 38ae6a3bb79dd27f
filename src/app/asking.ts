import { fault } from "../base/errors.js";
import { type Cap, fitBudget } from "../curator/accounting/account.js";
import { MOST_TOUCHED } from "../curator/accounting/gaussian-dp.js";
import { gaussianDpBudget, type OwnBudget, scheduleBudget } from "../curator/accounting/own-price.js";
import { discoveryDelta } from "../curator/discover.js";
import type { Domain } from "../domain/column.js";
import type { Currency } from "../domain/door.js";
import type { Price } from "../formats/common.js";
import type { Accounting, AccountingName, Method } from "../formats/method.js";
import { budgetOf, type FitPlan, planFit } from "../synth/plan.js";
import { scheduleOf, whyAdaptive } from "../synth/schedule.js";
import { gdpVariance } from "../synth/select/one-way.js";

/** A fit as it is to be paid for; all of it is public. */
export interface Asking {
  readonly method: Method;
  readonly domain: Domain;
  readonly account: "zcdp" | "pure";
  readonly epsilon: number;
  readonly delta: number;
  /** Columns whose values or bounds the fit discovers. */
  readonly discovers: number;
  /** The fit takes all of a budget that nobody has drawn on: see {@link takesAll}. */
  readonly takesAll: boolean;
}

/** What to ask the ledger for: a price and, where the fit is priced alone, by what, and its ε. */
export type Asked = { readonly accounting: Accounting; readonly price: Price } & Partial<Pick<OwnBudget, "pricing" | "epsilon">>;

/** Does the fit ask for the whole cap, as the first? Then it may as well be priced alone: by any accounting hardly anything is left for another. */
export function takesAll(cap: Cap, spends: readonly Price[], epsilon: number): boolean {
  return spends.length === 0 && epsilon === cap.epsilon;
}

/** The price of a fit, by the accounting that was asked for; `auto` prices a fit alone where it takes all. Throws DPS-E127 where it cannot be priced so. */
export function askingPrice(asking: Asking, accounting: AccountingName): Asked {
  if (accounting === "auto") return (asking.takesAll ? priceAlone(asking) : undefined) ?? zcdpPrice(asking);
  if (accounting === "zcdp") return zcdpPrice(asking);
  const odd = accounting === "pld" ? whyNotPld(asking) : whyNotAlone(asking);
  const priced = odd === undefined ? pricedBy(asking, accounting) : undefined;
  if (priced === undefined) throw noSuchPrice(asking, accounting, odd ?? `asked at ε = ${asking.epsilon}, where it has no price or none below zCDP's`);
  return priced;
}

/** The fit priced alone in the tightest way there is; undefined where there is none, or none with less noise than zCDP has. */
export function priceAlone(asking: Asking): Asked | undefined {
  if (whyNotAlone(asking) !== undefined) return undefined;
  const scheduled = whyNotPld(asking) === undefined ? pricedBy(asking, "pld") : undefined;
  if (scheduled !== undefined) return scheduled;
  const counted = pricedBy(asking, "gdp");
  return counted !== undefined && isLessNoisy(asking, counted) ? counted : undefined;
}

/**
 * Does Gaussian DP mean less noise, summed over all cells of zCDP's plan? It has more ρ, but adds one to each σ² and keeps it at 4 or more. The plan is public and
 * made at no particular number of rows, so that `fit` and `plan` decide alike.
 */
function isLessNoisy(asking: Asking, { price }: Asked): boolean {
  const zcdp = zcdpPrice(asking).price;
  const ratio = Number(zcdp.rhoFemto) / Number(price.rhoFemto);
  const { oneWay, pairs, pairsMeasured } = planFit(asking.method, asking.domain, "zcdp", budgetOf(zcdp, "zcdp"), undefined);
  const noise = (spread: (sigma: number) => number): number => {
    const sum = (marginals: FitPlan["pairs"]): number => marginals.reduce((all, { cells, sigma }) => all + cells * spread(sigma), 0);
    return sum(oneWay) + (pairsMeasured / Math.max(1, pairs.length)) * sum(pairs);
  };
  return noise((sigma) => Math.sqrt(gdpVariance(sigma ** 2 * ratio))) < noise((sigma) => sigma);
}

/** In what a fit so priced pays at the door. */
export function currencyOf(account: "zcdp" | "pure", { accounting }: Pick<Asked, "accounting">): Currency {
  return accounting === "gdp" ? "gdp" : account;
}

function zcdpPrice({ account, epsilon, delta, discovers }: Asking): Asked {
  return { accounting: "zcdp", price: fitBudget({ account, epsilon, delta, discoveryDelta: discoveryDelta(delta, discovers) }) };
}

function pricedBy({ method, domain, epsilon, delta }: Asking, accounting: "pld" | "gdp"): Asked | undefined {
  const own = accounting === "gdp" ? gaussianDpBudget(epsilon, delta) : scheduleBudget((rho) => scheduleOf(method as "mst" | "independent", domain, rho), epsilon, delta);
  if (own === undefined || (accounting === "gdp" && Number(own.price.rhoFemto) / 1e15 < LEAST_RHO_A_COLUMN * domain.columns.length)) return undefined;
  return { accounting, ...own };
}

/** More looks than any method asks for, for each column. */
const LOOKS_A_COLUMN = 32;
/** With less ρ for each column η might come out so small that a pick costs more than its share. */
const LEAST_RHO_A_COLUMN = 2 ** -32;

function whyNotAlone({ account, discovers, domain }: Asking): string | undefined {
  if (account === "pure") return "asked of a pure account, where δ is 0";
  if (discovers > 0) return "asked of a fit that discovers values: how many noisy thresholds are passed, the data decide";
  if (LOOKS_A_COLUMN * domain.columns.length * domain.maxRows > MOST_TOUCHED)
    return `asked for ${domain.columns.length} columns and units of up to ${domain.maxRows} rows, which are too many together`;
  return undefined;
}

function whyNotPld(asking: Asking): string | undefined {
  const adaptive = whyAdaptive(asking.method);
  if (asking.account !== "pure" && adaptive !== undefined) return `asked of ${asking.method}: ${adaptive}`;
  const { maxRows } = asking.domain;
  return whyNotAlone(asking) ?? (maxRows > 1 ? `asked for units of up to ${maxRows} rows, while it is proved for units of one row alone` : undefined);
}

function noSuchPrice(asking: Asking, accounting: "pld" | "gdp", is: string): Error {
  const other = accounting === "pld" && whyNotAlone(asking) === undefined ? "Use --accounting gdp, which prices looks that are chosen on the way, or --method mst or --method independent; or" : "Use";
  return fault(
    "DPS-E127",
    `--accounting ${accounting}`,
    accounting === "pld" ? "asked of looks whose number, kinds and noise are fixed before the first of them" : "asked of a fit whose looks are all Gaussian noise and picks, at ε up to 32",
    is,
    `${other} --accounting zcdp, which prices every fit.`,
  );
}
