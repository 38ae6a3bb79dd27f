import { fault } from "../base/errors.js";
import { rhoOf } from "../curator/accounting/price.js";
import { checkDiscovery, discoveryBudget } from "../curator/discover.js";
import { type Noise, openCurator, openPurse, type Purse, type Reservation, secureNoise } from "../curator/index.js";
import { openLedger, reserve, shareLearned, spendsOf } from "../curator/ledger/index.js";
import type { Domain } from "../domain/column.js";
import { requireDecided } from "../domain/declarations.js";
import { domainFromSchema } from "../domain/from-schema.js";
import type { Progress } from "../domain/progress.js";
import type { Goal } from "../domain/workload.js";
import { memoryEngine } from "../engine/memory.js";
import type { AccountingName, Method, MethodName } from "../formats/method.js";
import type { PaidModel } from "../formats/model.js";
import { chooseMethod } from "../synth/choose-method.js";
import { fitModel } from "../synth/fit-model.js";
import type { EncodedTable } from "../table/encoded.js";
import { checkFile } from "../table/read/check-file.js";
import { readTable } from "../table/read/read-table.js";
import { selectRows } from "../table/split/select.js";
import type { Shares } from "../table/split/split.js";
import { pendingFile } from "../table/write/atomic.js";
import { askingPrice, takesAll } from "./asking.js";
import { discover, toDiscover } from "./discover.js";
import { writeJsonFile } from "./files.js";
import { type GoalRequest, goalOf } from "./goal.js";
import { learntRows, requireSplit, schemaHash } from "./prepare.js";
import { readPaid } from "./read-paid.js";
import { requireSeen, unknownTable } from "./seen-tables.js";
import { type Declared, readSchema, requireEpsilon, type Workspace } from "./workspace.js";

export interface FitRequest extends GoalRequest {
  readonly epsilon?: number | undefined;
  readonly method?: MethodName | undefined;
  /** How ε is priced. `pld` and `gdp` price the fit alone: less noise at the same ε, and a first fit that takes the whole cap so closes the ledger. */
  readonly accounting?: AccountingName | undefined;
  /** `train` leaves holdout and reference unseen; `all` is for a refit after a pass, and its audit is of the twin. */
  readonly part?: "train" | "all" | undefined;
  /** The same key never pays twice. */
  readonly idempotencyKey?: string | undefined;
  readonly progress?: Progress | undefined;
}

export interface FitResult {
  readonly model: PaidModel;
  readonly path: string;
  readonly sha256: string;
}

/**
 * Learn a model from the sensitive table. Everything that can be refused is refused first; then the price is reserved
 * on disk, then rows are read, then noise is drawn, then the events are committed.
 */
export async function fit(workspace: Workspace, request: FitRequest): Promise<FitResult> {
  return await fitWith(workspace, request, secureNoise());
}

/** {@link fit} with the noise handed in: for tests, whose noise marks its artefacts TEST ONLY. Not exported by the package. */
export async function fitWith(workspace: Workspace, request: FitRequest, noise: Noise): Promise<FitResult> {
  const epsilon = requireEpsilon(request.epsilon ?? workspace.config.fit.epsilon, "--epsilon");
  const { schema, domain } = readSchema(workspace.schemaPath, true);
  requireDecided(schema, workspace.schemaPath);
  const ledger = await openLedger(workspace.budgets, workspace.dataset);
  const shares = requireSplit(ledger);
  const goal = goalOf(workspace, request, domain);
  const { method } = chooseMethod(request.method ?? workspace.config.fit.method, domain, ledger.state.cap.account, goal);
  const part = request.part ?? "train";
  await checkFile(workspace.table, domain);
  requireSeen(workspace, schemaHash(schema));
  await (await pendingFile(workspace.model)).discard(); // a folder that cannot be written to is found before the spend
  const { account, delta } = ledger.state.cap;
  const found = toDiscover(schema);
  refuseUnpayable(found, account, workspace.schemaPath);
  const asking = { method, domain, account, epsilon, delta, discovers: found.length, takesAll: takesAll(ledger.state.cap, spendsOf(ledger.state), epsilon) };
  const { price, pricing } = askingPrice(asking, request.accounting ?? workspace.config.fit.accounting ?? "auto");
  if (found.length > 0) checkDiscovery(rhoOf(price), BigInt(price.deltaAtto), found.length, domain.maxRows);
  const reservation = await reserve(workspace.budgets, workspace.dataset, {
    fit: `fit-${ledger.head.seq + 1}-${ledger.head.hash.slice(0, 8)}`,
    epsilon,
    delta,
    price,
    ...(pricing === undefined ? {} : { pricing }),
    method,
    part,
    ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
  });
  const model = await learn(workspace, { schema, domain }, shares, { method, goal, part, noise, reservation }, request.progress);
  return { model, path: workspace.model, sha256: await writeJsonFile(workspace.model, model, 0) };
}

interface Learning {
  readonly method: Method;
  readonly goal: Goal;
  readonly part: "train" | "all";
  readonly noise: Noise;
  readonly reservation: Reservation;
}

async function learn(workspace: Workspace, { schema, domain }: Declared, shares: Shares, learning: Learning, progress?: Progress): Promise<PaidModel> {
  const { method, goal, part, noise, reservation } = learning;
  const found = toDiscover(schema);
  const prepared = await readPaid(workspace, domain, shares, reservation, progress);
  const rows = learntRows(prepared, part);
  const purse = openPurse(reservation);
  const known = found.length === 0 ? { domain, table: selectRows(prepared.all, rows) } : await discovered(workspace, { schema, domain }, prepared.all, rows, { purse, noise, reservation }, progress);
  const door = openCurator({ engine: memoryEngine(known.table), domain: known.domain, reservation, noise, method, part, shareLearned: shareLearned(shares, part), purse });
  const publicTotal = part === "all" && domain.unit.kind === "row" ? schema.dpsynth.rows?.count : undefined;
  return await fitModel(method, door, known.domain, publicTotal, progress, goal);
}

/** Pay for the undeclared value sets and bounds, then read the rows again under the schema that now names them. Raw values are read where bounds are sought. */
async function discovered(
  workspace: Workspace,
  { schema, domain }: Declared,
  all: EncodedTable,
  rows: Uint8Array,
  { purse, noise, reservation }: { purse: Purse; noise: Noise; reservation: Reservation },
  progress?: Progress,
): Promise<{ domain: Domain; table: EncodedTable }> {
  const found = toDiscover(schema);
  const table = found.every((field) => field.type === "string") ? all : await readTable(workspace.table, domain, { values: true });
  requireSame(workspace, table, rows);
  const budget = discoveryBudget(purse.left(), BigInt(reservation.price.deltaAtto), found.length, domain.maxRows);
  const full = await discover(schema, { purse, noise, budget, path: workspace.table, domain, table, learnt: rows });
  const resolved = domainFromSchema(full, workspace.schemaPath);
  const read = await readTable(workspace.table, resolved, progress === undefined ? {} : { progress });
  requireSame(workspace, read, rows);
  return { domain: resolved, table: selectRows(read, rows) };
}

/** A table read again must be the one that was split: the same number of rows, else nothing more is looked at. */
function requireSame(workspace: Workspace, read: EncodedTable, rows: Uint8Array): void {
  if (read.rows !== rows.length) throw unknownTable(workspace.table, "another one than was first read; the reservation stays spent, since rows were read");
}

function refuseUnpayable(found: readonly { readonly name: string }[], account: "zcdp" | "pure", schemaPath: string): void {
  if (found.length === 0 || account === "zcdp") return;
  throw fault(
    "DPS-E122",
    `${schemaPath}: ${found[0].name}`,
    "declared where the account is pure",
    '"source": "discover", which has no pure price',
    "Declare the values public, or create a budget with a delta above 0.",
  );
}
