import type { Plan, PricedPlan } from "../app/plan.js";
import { posteriorPercent } from "../base/posterior.js";
import type { Receipt, StatedReceipt } from "../formats/ledger.js";
import { PRICED } from "../formats/own-price.js";

/** 3 significant digits, without exponents where they can be avoided. */
export function short(x: number): string {
  if (x === 0) return "0";
  const size = Math.abs(x);
  return size >= 1e-4 && size < 1e7 ? String(Number(x.toPrecision(3))) : x.toExponential(2);
}

/** ε for people: six decimals at most. */
export function epsilonText(x: number): string {
  return String(Math.ceil(x * 1e6 - 1e-6) / 1e6);
}

/** "an attacker who gave it 50:50 …": the odds that ε allows, rounded up as in the report, since they are a bound. */
export function oddsSentence(epsilon: number): string {
  const places = posteriorPercent(epsilon) > 99.9 ? 3 : 1;
  return `An attacker who knew every other row and gave it 50:50 whether a given unit was learnt from can be at most ${posteriorPercent(epsilon, places).toFixed(places)} % sure afterwards.`;
}

export function planLines(plan: Plan): string[] {
  const { fit, budget } = plan;
  const rho = Number(plan.price.rhoFemto) / 1e15;
  const worst = [...fit.oneWay].sort((a, b) => b.cells - a.cells).slice(0, 3);
  const lines = [
    `Plan for ${plan.dataset}: ${fit.method}, ε = ${plan.epsilon}, δ = ${plan.delta}${plan.account === "zcdp" ? ` (ρ = ${short(rho)}${plan.accounting === "zcdp" ? "" : `, priced ${PRICED[plan.accounting === "gdp" ? "gaussian-dp" : "privacy-loss-distributions"]}`})` : " (pure)"}, unit: one ${plan.unit.kind}${plan.unit.kind === "person" ? `, at most ${plan.unit.maxRows} rows` : ""}`,
    `  measures ${fit.oneWay.length} one-way marginals, noise σ = ${short(fit.oneWay[0]?.sigma ?? 0)} rows in each cell`,
  ];
  lines.push(`  method ${fit.method}: ${plan.methodReason}`);
  if (fit.pairsMeasured > 0)
    lines.push(
      `  picks and measures ${fit.pairsMeasured} of ${fit.pairs.length} pairs, noise σ = ${short(fit.pairs[0]?.sigma ?? 0)} rows in each cell; a pick errs by about ${short(fit.selectionError ?? 0)} rows`,
    );
  if (plan.rows === null) lines.push("  expected error per marginal: give --rows N (a public guess) to see it");
  else if (plan.rows === 0) lines.push("  expected error per marginal: of no rows there is none to be wrong about");
  else lines.push(`  expected error from noise at ${plan.rows} rows (total variation, before denoising): ${worst.map((m) => `${m.columns.join(" × ")} ${short(m.expectedTvd ?? 0)}`).join(", ")}`);
  if (plan.other !== null) lines.push(otherLine(plan, plan.other));
  lines.push(`  about ${fit.seconds} s and ${fit.memoryMegabytes} MB`);
  if (budget === null) lines.push("  no budget yet: run `dpsynth budget create`");
  else if (!budget.fits) lines.push(`  does NOT fit the budget: spent ε ${epsilonText(budget.spentEpsilon)} of ${budget.capEpsilon}; the largest fit left is ε = ${budget.largestEpsilon}`);
  else lines.push(`  budget: spent ε ${epsilonText(budget.spentEpsilon)} of ${budget.capEpsilon}; after this fit ${epsilonText(budget.spentAfter ?? 0)} (ε does not add; ρ does)`);
  if (plan.ledger.closes) lines.push(`  CLOSES THE LEDGER: no further fit of this dataset, unless its cap is raised above ε = ${epsilonText(plan.ledger.reopensAbove ?? 0)}`);
  return lines;
}

/** What the other accounting would make of the same ε: its noise against this one's, its error, and what it does to the ledger. */
function otherLine({ fit }: Plan, other: PricedPlan): string {
  const [own, its] = [fit.oneWay[0]?.sigma ?? 0, other.fit.oneWay[0]?.sigma ?? 0];
  const change = own > 0 ? ` (${its < own ? "−" : "+"}${short(100 * Math.abs(its / own - 1))} %)` : "";
  const pairs = other.fit.pairsMeasured > 0 ? `, of pairs ${short(other.fit.pairs[0]?.sigma ?? 0)}` : "";
  const worst = [...other.fit.oneWay].sort((a, b) => b.cells - a.cells)[0];
  const error = worst === undefined || worst.expectedTvd === null ? "" : `, expected error of ${worst.columns.join(" × ")} ${short(worst.expectedTvd)}`;
  const ledger = other.ledger.closes ? "it would close the ledger: no further fit" : other.ledger.fits ? "the ledger would stay open" : "it would not fit the budget";
  return `  with --accounting ${other.accounting}: σ = ${short(its)}${change}${pairs}${error}; ${ledger}`;
}

export function receiptLines(receipt: Receipt): string[] {
  const { ownPrice } = receipt;
  const rho = short(Number(receipt.price.rhoFemto) / 1e15);
  return [
    `Spent ε = ${epsilonText(receipt.epsilon)} at δ = ${receipt.delta} on ${receipt.dataset} (${receipt.fit}, ${receipt.events.length} events, ledger entry ${receipt.ledger.seq}).`,
    ...(ownPrice === undefined
      ? []
      : [`Priced alone, ${PRICED[ownPrice.by]}: ε = ${epsilonText(ownPrice.epsilon)}; beside it ρ = ${rho}.${ownPrice.closesLedger ? " The ledger is closed: no other fit may follow." : ""}`]),
    `Dataset so far: ε ${epsilonText(receipt.spentEpsilon)} of ${receipt.capEpsilon}. Learnt from ${Math.round(receipt.shareLearned * 1000) / 10} % of the units.`,
    oddsSentence(receipt.epsilon),
    ...(receipt.noise === "secure" ? [] : ["TEST ONLY: the noise of this fit is not private."]),
  ];
}

/** What is known of a model that others measured for: their word. */
export function claimLines({ tables, source, epsilon, delta, unit }: StatedReceipt): string[] {
  const price = epsilon === null ? "no ε is named" : `ε = ${epsilon}${delta === null ? "" : ` at δ = ${delta}`}${unit === null ? "" : ` for ${unit}`}`;
  return [`Made of ${tables} noisy ${tables === 1 ? "table" : "tables"} from: ${source}.`, `Noise and price stated by others, unverified: ${price}. Nothing was spent.`];
}

/** `██████░░░░ 1.2 of 3`. */
export function bar(part: number, whole: number, width = 30): string {
  const full = whole > 0 ? Math.min(width, Math.round((width * part) / whole)) : 0;
  return `${"█".repeat(full)}${"░".repeat(width - full)}`;
}
