import { DpsynthError } from "../base/errors.js";
import { admits, fitBudget, leftOf } from "../curator/accounting/account.js";
import { discoveryDelta } from "../curator/discover.js";
import { type Ledger, openLedger, spendsOf } from "../curator/ledger/index.js";
import type { Price } from "../formats/common.js";
import type { MethodName } from "../formats/method.js";
import { chooseMethod } from "../synth/choose-method.js";
import { budgetOf, type FitPlan, planFit } from "../synth/plan.js";
import { toDiscover } from "./discover.js";
import { readSchema, requireEpsilon, type Workspace } from "./workspace.js";

export interface PlanRequest {
  readonly epsilon?: number | undefined;
  readonly method?: MethodName | undefined;
  /** A public guess of the row count. */
  readonly rows?: number | undefined;
}

export interface Plan {
  readonly dataset: string;
  readonly account: "zcdp" | "pure";
  readonly epsilon: number;
  readonly delta: number;
  readonly price: Price;
  readonly unit: { readonly kind: "row" | "person"; readonly maxRows: number };
  /** Why this method: the reason that `auto` gives, or that it was asked for. */
  readonly methodReason: string;
  readonly fit: FitPlan;
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
  const found = toDiscover(schema).length;
  const price = fitBudget({ account: cap.account, epsilon, delta: cap.delta, discoveryDelta: discoveryDelta(cap.delta, found) });
  const rows = request.rows ?? schema.dpsynth.rows?.count;
  const chosen = chooseMethod(request.method ?? workspace.config.fit.method, domain, cap.account);
  return {
    dataset: workspace.dataset,
    account: cap.account,
    epsilon,
    delta: cap.delta,
    price,
    unit: { kind: domain.unit.kind, maxRows: domain.maxRows },
    methodReason: chosen.reason,
    fit: planFit(chosen.method, domain, cap.account, budgetOf(price, cap.account), rows),
    rows: rows ?? null,
    budget: ledger === undefined ? null : budgetAfter(ledger, price),
  };
}

function capOf(workspace: Workspace): { account: "zcdp" | "pure"; epsilon: number; delta: number } {
  const { epsilon, delta } = workspace.config.budget ?? { epsilon: 3, delta: 1e-9 };
  return { account: delta === 0 ? "pure" : "zcdp", epsilon, delta };
}

function budgetAfter(ledger: Ledger, price: Price): NonNullable<Plan["budget"]> {
  const spends = spendsOf(ledger.state);
  const fits = admits(ledger.state.cap, spends, price);
  const { spentEpsilon, largestEpsilon, capEpsilon, capDelta } = ledger.balance;
  return { capEpsilon, capDelta, spentEpsilon, spentAfter: fits ? leftOf(ledger.state.cap, [...spends, price]).spentEpsilon : null, largestEpsilon, fits };
}
