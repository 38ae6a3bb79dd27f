import { canaryScores, drawCanaries, withCanaries } from "../audit/empirical/canaries.js";
import { oneRunFinding } from "../audit/empirical/finding.js";
import { guess, oneRunEpsilon } from "../audit/empirical/one-run.js";
import { listenAt } from "../audit/empirical/transcript.js";
import { fault } from "../base/errors.js";
import { secureBits } from "../base/random.js";
import { toDouble } from "../base/rational.js";
import { fitBudget } from "../curator/accounting/account.js";
import { rhoOf } from "../curator/accounting/price.js";
import { openCurator, type Reservation, secureNoise } from "../curator/index.js";
import { openLedger, recordLook, reserve, shareLearned } from "../curator/ledger/index.js";
import { requireDecided } from "../domain/declarations.js";
import type { Progress } from "../domain/progress.js";
import type { Goal } from "../domain/workload.js";
import { memoryEngine } from "../engine/memory.js";
import type { EmpiricalFile } from "../formats/empirical.js";
import type { Method, MethodName } from "../formats/method.js";
import { chooseMethod } from "../synth/choose-method.js";
import type { EncodedTable } from "../table/encoded.js";
import { checkFile } from "../table/read/check-file.js";
import { selectRows } from "../table/split/select.js";
import { makeFolder } from "./audit.js";
import { toDiscover } from "./discover.js";
import { writeEmpirical } from "./empirical-files.js";
import { goalOf } from "./goal.js";
import { learntRows, requireSplit, schemaHash } from "./prepare.js";
import { readPaid } from "./read-paid.js";
import { requireSeen } from "./seen-tables.js";
import { MEASURES } from "./trial-fits.js";
import { readSchema, requireEpsilon, type Workspace } from "./workspace.js";

export interface OneRunRequest {
  readonly epsilon?: number | undefined;
  readonly method?: MethodName | undefined;
  /** Made-up records, each in or out by a coin; 1000 where absent. */
  readonly canaries?: number | undefined;
  readonly progress?: Progress | undefined;
}

export interface OneRunAnswer {
  readonly result: Extract<EmpiricalFile, { kind: "one-run" }>;
  readonly path: string;
}

/** Of the canaries, one in five is guessed about: those that the scores are surest of. Fixed beforehand. */
const GUESSED = 0.2;

/**
 * Audit in one run: a twin of the fit learns from the train part and from made-up records that coins put in or left out; how many of the
 * coins can be read off its noisy numbers bounds ε from below. The twin is paid for like any fit and never becomes a model or a release.
 */
export async function auditInOneRun(workspace: Workspace, request: OneRunRequest): Promise<OneRunAnswer> {
  const epsilon = requireEpsilon(request.epsilon ?? workspace.config.fit.epsilon, "--epsilon");
  const { schema, domain } = readSchema(workspace.schemaPath, true);
  requireDecided(schema, workspace.schemaPath);
  refuseDiscovery(toDiscover(schema)[0]?.name, workspace.schemaPath);
  const ledger = await openLedger(workspace.budgets, workspace.dataset);
  const shares = requireSplit(ledger);
  const { account, delta } = ledger.state.cap;
  const goal = goalOf(workspace, {}, domain);
  const { method } = chooseMethod(request.method ?? workspace.config.fit.method, domain, account, goal);
  await checkFile(workspace.table, domain);
  requireSeen(workspace, schemaHash(schema));
  makeFolder(workspace.reports);
  const price = fitBudget({ account, epsilon, delta });
  const fit = `twin-${ledger.head.seq + 1}-${ledger.head.hash.slice(0, 8)}`;
  // the twin is paid for; scoring the guesses compares its answers with true counts, which is a look
  await recordLook(workspace.budgets, workspace.dataset, { act: "audit", fit });
  const reservation = await reserve(workspace.budgets, workspace.dataset, { fit, epsilon, delta, price, method, part: "train" });
  const prepared = await readPaid(workspace, domain, shares, reservation, request.progress);
  const table = selectRows(prepared.all, learntRows(prepared, "train"));
  const twin = await measureTwin(table, { method, goal }, reservation, shareLearned(shares, "train"), request.canaries ?? 1000);
  const rho = account === "pure" ? null : toDouble(rhoOf(price));
  const finding = oneRunFinding(method, { epsilon, delta, rho }, twin, domain.unit.kind);
  return await writeEmpirical(workspace.reports, `one-run-${method}`, {
    kind: "one-run",
    audience: "INTERNAL",
    method,
    claim: { epsilon, delta, rho },
    violated: twin.epsilonLower999 > epsilon,
    findings: [finding],
    dataset: workspace.dataset,
    fit,
    ...twin,
  });
}

type Twin = Pick<OneRunAnswer["result"], "ledger" | "canaries" | "guesses" | "correct" | "epsilonLower95" | "epsilonLower999">;

async function measureTwin(table: EncodedTable, { method, goal }: { method: Method; goal: Goal }, reservation: Reservation, share: number, canaries: number): Promise<Twin> {
  const drawn = drawCanaries(table.domain, canaries, secureBits());
  const engine = memoryEngine(withCanaries(table, drawn));
  const door = openCurator({ engine, domain: table.domain, reservation, noise: secureNoise(), method, part: "train", shareLearned: share });
  const listened = listenAt(door);
  await MEASURES[method](listened.door, table.domain, goal);
  const { ledger } = await door.receipt();
  const scores = await canaryScores(listened.transcript, memoryEngine(table), table.domain, drawn);
  const guesses = Math.max(2, 2 * Math.floor((GUESSED * canaries) / 2));
  const counted = { canaries, guesses, correct: guess(scores, drawn.included, guesses) };
  const { delta } = reservation;
  return { ledger, ...counted, epsilonLower95: oneRunEpsilon(counted, delta, 0.05), epsilonLower999: oneRunEpsilon(counted, delta, 1e-3) };
}

function refuseDiscovery(column: string | undefined, schemaPath: string): void {
  if (column === undefined) return;
  throw fault(
    "DPS-E602",
    `${schemaPath}: ${column}`,
    "declared, so that records can be made up before anything is learnt",
    '"source": "discover"',
    "Use the schema inside the fitted model, which names what was discovered.",
  );
}
