import { EXIT, fault } from "../base/errors.js";
import { fitBudget } from "../curator/accounting/account.js";
import { type Noise, openCurator, type Reservation, secureNoise } from "../curator/index.js";
import { fitWithKey, knownFingerprint, openLedger, reserve } from "../curator/ledger/index.js";
import type { Domain } from "../domain/column.js";
import { requireDecided } from "../domain/declarations.js";
import type { Progress } from "../domain/progress.js";
import { memoryEngine } from "../engine/memory.js";
import type { ModelFile } from "../formats/model.js";
import { fitModel } from "../synth/fit-model.js";
import type { Method } from "../synth/plan.js";
import { PART } from "../table/encoded.js";
import { checkFile } from "../table/read/check-file.js";
import { selectPart } from "../table/split/select.js";
import type { Shares } from "../table/split/split.js";
import { pendingFile } from "../table/write/atomic.js";
import { writeJsonFile } from "./files.js";
import { prepareTable, requireSplit, schemaHash } from "./prepare.js";
import { requireSeen, unknownTable } from "./seen-tables.js";
import { readSchema, requireEpsilon, type Workspace } from "./workspace.js";

export interface FitRequest {
  readonly epsilon?: number | undefined;
  readonly method?: Method | undefined;
  /** `train` leaves holdout and reference unseen; `all` is for a refit after a pass, and its audit is of the twin. */
  readonly part?: "train" | "all" | undefined;
  /** The same key never pays twice. */
  readonly idempotencyKey?: string | undefined;
  readonly progress?: Progress | undefined;
}

export interface FitResult {
  readonly model: ModelFile;
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
  const method = request.method ?? workspace.config.fit.method;
  const part = request.part ?? "train";
  refuseRepeat(ledger.state, request.idempotencyKey);
  await checkFile(workspace.table, domain);
  requireSeen(workspace, schemaHash(schema));
  await (await pendingFile(workspace.model)).discard(); // a folder that cannot be written to is found before the spend
  const { account, delta } = ledger.state.cap;
  const reservation = await reserve(workspace.budgets, workspace.dataset, {
    fit: `fit-${ledger.head.seq + 1}-${ledger.head.hash.slice(0, 8)}`,
    epsilon,
    delta,
    price: fitBudget({ account, epsilon, delta }),
    method,
    part,
    ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
  });
  const model = await learn(workspace, domain, shares, { method, part, noise, reservation, rows: schema.dpsynth.rows?.count }, request.progress);
  return { model, path: workspace.model, sha256: await writeJsonFile(workspace.model, model, 0) };
}

interface Learning {
  readonly method: Method;
  readonly part: "train" | "all";
  readonly noise: Noise;
  readonly reservation: Reservation;
  /** The table's public number of rows, where it has one. */
  readonly rows: number | undefined;
}

async function learn(workspace: Workspace, domain: Domain, shares: Shares, learning: Learning, progress?: Progress): Promise<ModelFile> {
  const { method, part, noise, reservation } = learning;
  const { table, digest } = await prepareTable(workspace, domain, shares, false, progress);
  if ((await knownFingerprint(workspace.budgets, workspace.dataset, digest)) === undefined)
    throw unknownTable(workspace.table, "another one than was attached; the reservation stays spent, since rows were read");
  const learnt = part === "all" ? table : selectPart(table, PART.train);
  const shareLearned = part === "all" ? 1 : 1 - shares.holdout - shares.reference;
  const door = openCurator({ engine: memoryEngine(learnt), domain, reservation, noise, method, part, shareLearned });
  const publicTotal = part === "all" && domain.unit.kind === "row" ? learning.rows : undefined;
  return await fitModel(method, door, domain, publicTotal, progress);
}

function refuseRepeat(state: Parameters<typeof fitWithKey>[0], key: string | undefined): void {
  const earlier = key === undefined ? undefined : fitWithKey(state, key);
  if (earlier === undefined) return;
  throw fault("DPS-E410", `--idempotency-key ${key}`, "a key that has paid for no fit", `the key of ${earlier.fit}`, "Use the model of that fit, or another key for a new fit.", EXIT.budgetRefused);
}
