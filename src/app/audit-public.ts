import { join } from "node:path";
import { countAnswers } from "../audit/public/count.js";
import { shownByCounts } from "../audit/public/estimate.js";
import { type PublicQuestion, publicQuestions } from "../audit/public/questions.js";
import { DpsynthError, EXIT, fault } from "../base/errors.js";
import { toDouble } from "../base/rational.js";
import { decimal } from "../curator/accounting/directed.js";
import { type Noise, type Reservation, secureNoise } from "../curator/index.js";
import { openLedger, reserve } from "../curator/ledger/index.js";
import { type CountPlan, planCounts, publishCounts } from "../curator/publish-counts.js";
import type { Domain } from "../domain/column.js";
import { type PublicFindingsFile, publicFindingsFile } from "../formats/public-findings.js";
import type { EncodedTable } from "../table/encoded.js";
import { writeJsonFile } from "./files.js";
import { TOOL } from "./version.js";
import type { Workspace } from "./workspace.js";

export const PUBLIC_FINDINGS = "public-findings.json";
const LEVEL = 0.95;
/** Targets of each attack, about: more would cost time, and fewer only a wider interval. */
const TARGETS = 5000;

/** Counts that are paid for and not yet read. */
export interface Publication {
  readonly questions: readonly PublicQuestion[];
  readonly plan: CountPlan;
  readonly reservation: Reservation;
  readonly epsilon: number;
}

/** Set ε_r aside before the audit reads a row. What is asked follows from the schema alone. Throws DPS-E135 (exit 3) where the cap does not cover it. */
export async function reservePublication(workspace: Workspace, domain: Domain, epsilon: number): Promise<Publication> {
  const { state, head } = await openLedger(workspace.budgets, workspace.dataset);
  const questions = publicQuestions(domain);
  const plan = planCounts(
    questions.map(({ id }) => `audit counts(${id}: hits and misses, train and holdout)`),
    decimal(epsilon),
  );
  const request = { fit: `audit-${head.seq + 1}-${head.hash.slice(0, 8)}`, epsilon, delta: state.cap.delta, price: plan.price, method: "audit --public", part: "all" as const };
  const reservation = await reserve(workspace.budgets, workspace.dataset, request).catch((error: unknown) => {
    if (!(error instanceof DpsynthError) || error.fault.exit !== EXIT.budgetRefused) throw error;
    const { path, is } = error.fault;
    throw fault(
      "DPS-E135",
      path,
      `enough for published counts at ε = ${epsilon}`,
      is,
      "Audit without --public, or with a smaller ε: the INTERNAL report costs nothing. The refusal is on record.",
      EXIT.budgetRefused,
    );
  });
  return { questions, plan, reservation, epsilon };
}

export interface PublicSubject extends Pick<PublicFindingsFile, "subject"> {
  readonly domain: Domain;
  readonly real: EncodedTable;
  readonly release: EncodedTable;
  readonly seed: string;
  /** Number of rows learnt from, as the model tells it with noise; null where no model is known. */
  readonly publicTotal: number | null;
}

/** Count, add noise, commit, and write `public-findings.json` beside the INTERNAL report. */
export async function publishFindings(workspace: Workspace, publication: Publication, about: PublicSubject, noise: Noise = secureNoise()): Promise<{ file: PublicFindingsFile; path: string }> {
  const { questions, plan, reservation, epsilon } = publication;
  const share = about.publicTotal === null || !(about.publicTotal > TARGETS) ? 1 : TARGETS / about.publicTotal;
  const { counts, committed, noise: provenance } = await publishCounts(reservation, plan, async () => countAnswers(questions, about.real, about.release, share, about.seed), noise);
  const scale = toDouble(plan.scale);
  const file: PublicFindingsFile = {
    format: "dpsynth-public-findings",
    version: 1,
    audience: "PUBLIC",
    createdAt: new Date().toISOString(),
    tool: TOOL,
    dataset: workspace.dataset,
    subject: about.subject,
    privacy: {
      epsilon,
      account: reservation.account,
      unit: about.domain.unit.kind === "row" ? "one row" : `one person, at most ${about.domain.maxRows} rows each`,
      neighbours: "add-remove-one-unit",
      price: plan.price,
      events: plan.events,
      noise: provenance,
      spend: reservation.fit,
      ledger: committed.ledger,
    },
    targets: { share, seed: about.seed },
    level: LEVEL,
    findings: questions.map(({ id, title, claim, attackerKnows, cannotShow }, q) => ({ id, title, claim, attackerKnows, cannotShow, sensitivity: 1, ...shownByCounts(counts[q], scale, LEVEL) })),
    notes: [
      "Counts carry exact discrete Laplace noise and may fall below 0. Intervals take in both the noise and the choice of targets.",
      "Distances are scaled by declared bounds, and targets are chosen by their own rows: these are not the numbers of the internal report.",
      "Attacks find leaks; they cannot prove that there are none.",
    ],
  };
  const path = join(workspace.reports, PUBLIC_FINDINGS);
  await writeJsonFile(path, publicFindingsFile.parse(file));
  return { file, path };
}
