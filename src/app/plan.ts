import { DpsynthError } from "../base/errors.js";
import { admits, type Cap, leftOf } from "../curator/accounting/account.js";
import { type Ledger, mayClose, openLedger, spendsOf } from "../curator/ledger/index.js";
import type { Price } from "../formats/common.js";
import type { Accounting, AccountingName, MethodName } from "../formats/method.js";
import { chooseMethod } from "../synth/choose-method.js";
import { budgetOf, type FitPlan, planFit } from "../synth/plan.js";
import { type Asked, type Asking, askingPrice, currencyOf, priceAlone, takesAll } from "./asking.js";
import { toDiscover } from "./discover.js";
import { type GoalRequest, goalOf } from "./goal.js";
import { readSchema, requireEpsilon, type Workspace } from "./workspace.js";

export interface PlanRequest extends GoalRequest {
  readonly epsilon?: number | undefined;
  readonly method?: MethodName | undefined;
  readonly accounting?: AccountingName | undefined;
  /** Also plan the fit by the other accounting, where there is one; it takes about a second. */
  readonly both?: boolean | undefined;
  /** A public guess of the row count. */
  readonly rows?: number | undefined;
}

/** One fit, priced one way. */
export interface PricedPlan {
  readonly accounting: Accounting;
  readonly price: Price;
  /** What the fit does to a ledger as it stands (or to a new one): `closes` is for good, unless the cap is raised above `reopensAbove`. */
  readonly ledger: { readonly fits: boolean; readonly closes: boolean; readonly reopensAbove: number | null };
  readonly fit: FitPlan;
}

export interface Plan extends PricedPlan {
  readonly dataset: string;
  readonly account: "zcdp" | "pure";
  readonly epsilon: number;
  readonly delta: number;
  readonly unit: { readonly kind: "row" | "person"; readonly maxRows: number };
  /** Why this method: the reason that `auto` gives, or that it was asked for. */
  readonly methodReason: string;
  /** The same by the other accounting; null where there is none or nobody asked. */
  readonly other: PricedPlan | null;
  readonly rows: number | null;
  /** The budget as it stands; null where none was created yet. */
  readonly budget: {
    readonly capEpsilon: number;
    readonly capDelta: number;
    readonly spentEpsilon: number;
    readonly spentAfter: number | null;
    readonly largestEpsilon: number;
    readonly fits: boolean;
  } | null;
}

/** What a fit would cost and how large its errors would be. Reads schema and ledger; touches no data. */
export async function planOf(workspace: Workspace, request: PlanRequest): Promise<Plan> {
  const { schema, domain } = readSchema(workspace.schemaPath, true);
  const epsilon = requireEpsilon(request.epsilon ?? workspace.config.fit.epsilon, "--epsilon");
  const ledger = await openLedger(workspace.budgets, workspace.dataset).catch((error: unknown) => {
    if (error instanceof DpsynthError && error.fault.code === "DPS-E401") return undefined;
    throw error;
  });
  const cap = ledger?.state.cap ?? capOf(workspace);
  const { account, delta } = cap;
  const rows = request.rows ?? schema.dpsynth.rows?.count;
  const goal = goalOf(workspace, request, domain);
  const { method, reason } = chooseMethod(request.method ?? workspace.config.fit.method, domain, account, goal);
  const asking: Asking = { method, domain, account, epsilon, delta, discovers: toDiscover(schema).length, takesAll: takesAll(cap, ledger === undefined ? [] : spendsOf(ledger.state), epsilon) };
  const asked = askingPrice(asking, request.accounting ?? workspace.config.fit.accounting ?? "auto");
  const planned = (of: Asked): PricedPlan => ({
    accounting: of.accounting,
    price: of.price,
    ledger: inLedger(ledger, cap, of),
    fit: planFit(method, domain, currencyOf(account, of), budgetOf(of.price, account), rows, goal),
  });
  const other = request.both !== true ? undefined : asked.accounting === "zcdp" ? priceAlone(asking) : askingPrice(asking, "zcdp");
  return {
    ...planned(asked),
    dataset: workspace.dataset,
    account,
    epsilon,
    delta,
    unit: { kind: domain.unit.kind, maxRows: domain.maxRows },
    methodReason: reason,
    other: other === undefined ? null : planned(other),
    rows: rows ?? null,
    budget: ledger === undefined ? null : budgetAfter(ledger, asked),
  };
}

function capOf(workspace: Workspace): Cap {
  const { epsilon, delta } = workspace.config.budget ?? { epsilon: 3, delta: 1e-9 };
  return { account: delta === 0 ? "pure" : "zcdp", epsilon, delta };
}

/** Would a reservation be granted, and would it be the last one? */
function inLedger(ledger: Ledger | undefined, cap: Cap, { price, epsilon }: Asked): PricedPlan["ledger"] {
  const spends = ledger === undefined ? [] : spendsOf(ledger.state);
  const covered = admits(cap, spends, price);
  const closes = !covered && epsilon !== undefined && mayClose({ cap, spends }, { epsilon, delta: cap.delta });
  return { fits: covered || closes, closes, reopensAbove: closes ? leftOf(cap, [price]).spentEpsilon : null };
}

function budgetAfter(ledger: Ledger, asked: Asked): NonNullable<Plan["budget"]> {
  const spends = spendsOf(ledger.state);
  const { cap } = ledger.state;
  const { fits } = inLedger(ledger, cap, asked);
  const { spentEpsilon, largestEpsilon, capEpsilon, capDelta } = ledger.balance;
  const alone = spends.length === 0 && asked.epsilon !== undefined;
  const after = alone ? asked.epsilon : leftOf(cap, [...spends, asked.price]).spentEpsilon;
  return { capEpsilon, capDelta, spentEpsilon, spentAfter: fits ? (after ?? null) : null, largestEpsilon, fits };
}
