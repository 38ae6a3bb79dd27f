import { internal } from "../base/errors.js";
import { format, mul, rational } from "../base/rational.js";
import { type Clique, cells, cliqueKey } from "../domain/clique.js";
import { type Coarsening, sumParts, type View, viewSizes } from "../domain/coarsening.js";
import type { Domain } from "../domain/column.js";
import type { Candidate, Door, MeasureRequest, Query, SelectRequest } from "../domain/door.js";
import type { ExactMarginal, NoisyMarginal } from "../domain/marginal.js";
import type { CountingEngine } from "../engine/engine.js";
import type { PrivacyEvent } from "../formats/event.js";
import type { Receipt } from "../formats/ledger.js";
import type { Noise } from "./mechanism/noise.js";
import { openPurse, type Purse } from "./purse.js";
import { checkMeasure, checkModelHash, checkSelect } from "./requests.js";
import type { Reservation } from "./reservation.js";
import { groupsOf, largestWeight, pickWithoutReplacement } from "./select.js";

export type { Noise } from "./mechanism/noise.js";
export { secureNoise } from "./mechanism/noise.js";
export { openPurse, type Purse } from "./purse.js";
export type { Reservation } from "./reservation.js";

export interface CuratorOptions {
  readonly engine: CountingEngine;
  readonly domain: Domain;
  readonly reservation: Reservation;
  readonly noise: Noise;
  readonly method: string;
  readonly part: "train" | "all";
  /** Public share of the units learnt from. */
  readonly shareLearned: number;
  /** The reservation's purse, where discovery has already spent from it. */
  readonly purse?: Purse;
}

/**
 * The only place where true counts meet noise. Every call prices its events first, refuses what the reservation does
 * not cover, and only then counts; errors that leave are constants.
 *
 * @proof docs/proofs/composition.md
 */
export function openCurator(options: CuratorOptions): Door {
  const { domain, reservation, noise } = options;
  const sizes = domain.columns.map((c) => c.size);
  const purse = options.purse ?? openPurse(reservation);
  const { ownRequest, ownCandidates } = privateCopies();
  return {
    account: reservation.ownPrice?.by === "gaussian-dp" ? "gdp" : reservation.account,
    maxRows: domain.maxRows,
    async measure(requests) {
      const wanted = requests.map(ownRequest);
      purse.requireOpen();
      for (const request of wanted) checkMeasure(request, sizes, reservation.account);
      purse.charge(wanted.map((request) => measureEvent(request, domain)));
      const exact = await countEach(options.engine, wanted, sizes);
      return wanted.map((request, i) => addNoise(request, exact[i], noise));
    },
    async select(request) {
      const { score, eta, picks, inARow } = request;
      const wanted = { score, eta: structuredClone(eta), candidates: ownCandidates(request.candidates), ...(picks === undefined ? {} : { picks }), ...(inARow === undefined ? {} : { inARow }) };
      purse.requireOpen();
      checkSelect(wanted, sizes);
      purse.charge(selectEvents(wanted, domain));
      const exact = await countEach(options.engine, wanted.candidates, sizes);
      return pickWithoutReplacement(wanted, exact, sizes, domain.maxRows, noise);
    },
    left: () => purse.left(),
    async receipt(modelSha256) {
      purse.requireOpen();
      checkModelHash(modelSha256);
      const { price, events } = purse.close();
      const committed = await reservation.commit({ price, events, noise: noise.provenance, ...(modelSha256 === undefined ? {} : { modelSha256 }) });
      return receiptOf(options, price, events, committed);
    },
  };
}

/** One event a pick: fewer candidates are left for later ones, which changes no price. */
function selectEvents({ score, candidates, eta, picks = 1, inARow = 1 }: SelectRequest, domain: Domain): PrivacyEvent[] {
  const possible = Math.min(picks, groupsOf(candidates).size);
  const row = Math.max(possible, inARow);
  const sensitivity = domain.maxRows * largestWeight(candidates);
  const event: PrivacyEvent = { type: "exponential", score, eta: format(eta), sensitivity, candidates: candidates.length, ...(row > 1 ? { inARow: row } : {}) };
  return Array.from({ length: possible }, () => event);
}

/**
 * Copies of requests, so that a caller cannot change one between its price and its answer. A view is copied once, the
 * first time it is seen: the engine then knows it again, and what its owner does to it later has no effect here.
 * Arrays over shared memory are copied out of it. What is not of the right type is left for the checks to refuse.
 */
function privateCopies(): { ownRequest(request: MeasureRequest): MeasureRequest; ownCandidates(candidates: readonly Candidate[]): Candidate[] } {
  const copies = new WeakMap<View, View>();
  const ownView = (view: View): View => {
    const copy = copies.get(view) ?? view.map((coarsening) => coarsening && copyOf(coarsening));
    copies.set(view, copy);
    return copy;
  };
  const ownPartition = (partition: Coarsening | undefined): Coarsening | undefined => partition && copyOf(partition);
  return {
    ownRequest({ clique, view, partition, noise }) {
      return { clique: [...clique], view: view && ownView(view), partition: ownPartition(partition), noise: structuredClone(noise) };
    },
    ownCandidates(candidates) {
      const estimates = ownEstimates(candidates);
      // each key by name: a rest pattern takes longer than all else
      return candidates.map(({ clique, view, partition, child, weight, handicap, group }, i) => {
        return { clique: [...clique], view: view && ownView(view), partition: ownPartition(partition), estimate: estimates[i], child, weight, handicap, group };
      });
    },
  };
}

/** All in one buffer: there may be a hundred thousand, and each buffer of its own is felt. */
function ownEstimates(candidates: readonly Candidate[]): (Float64Array | undefined)[] {
  const given = candidates.map(({ estimate }) => estimate);
  const pool = new Float64Array(given.reduce((sum, estimate) => sum + (estimate instanceof Float64Array ? estimate.length : 0), 0));
  let at = 0;
  return given.map((estimate) => {
    if (!(estimate instanceof Float64Array)) return estimate;
    const own = pool.subarray(at, at + estimate.length);
    own.set(estimate);
    at += estimate.length;
    return own;
  });
}

function copyOf({ size, of }: Coarsening): Coarsening {
  return { size, of: of instanceof Uint32Array ? new Uint32Array(of) : of };
}

function receiptOf(options: CuratorOptions, price: Receipt["price"], events: PrivacyEvent[], committed: Awaited<ReturnType<Reservation["commit"]>>): Receipt {
  const { domain, reservation, noise } = options;
  return {
    version: 1,
    dataset: reservation.dataset,
    fit: reservation.fit,
    account: reservation.account,
    neighbours: "add-remove-one-unit",
    unit: { kind: domain.unit.kind, maxRows: domain.maxRows },
    method: options.method,
    part: options.part,
    shareLearned: options.shareLearned,
    // the claim that holds whatever the fit's course: what was reserved, not what an adaptive fit ended up using
    epsilon: reservation.epsilon,
    delta: reservation.delta,
    price,
    ...(reservation.ownPrice === undefined ? {} : { ownPrice: reservation.ownPrice }),
    events,
    spentEpsilon: committed.spentEpsilon,
    capEpsilon: committed.capEpsilon,
    capDelta: committed.capDelta,
    ledger: committed.ledger,
    noise: noise.provenance,
  };
}

function measureEvent({ clique, noise, view, partition }: MeasureRequest, domain: Domain): PrivacyEvent {
  const names = clique.map((c) => (view?.[c] === undefined ? domain.columns[c].name : `${domain.columns[c].name} in ${view[c].size} groups`));
  const query = `marginal(${names.join(", ")})${partition === undefined ? "" : ` in ${partition.size} parts`}`;
  if (noise.kind === "gaussian") return { type: "discrete-gaussian", query, sigma2: format(noise.sigma2), l2Sensitivity: domain.maxRows };
  return { type: "discrete-laplace", query, scale: format(noise.scale), l1Sensitivity: domain.maxRows };
}

function addNoise({ clique, noise: asked }: MeasureRequest, exact: ExactMarginal, noise: Noise): NoisyMarginal {
  const counts = Float64Array.from(exact.counts);
  if (asked.kind === "gaussian") {
    noise.fillGaussian(asked.sigma2, counts);
    return { clique, counts, noise: "discrete-gaussian", variance: asked.sigma2 };
  }
  noise.fillLaplace(asked.scale, counts);
  return { clique, counts, noise: "discrete-laplace", variance: mul(rational(2), mul(asked.scale, asked.scale)) };
}

/** Count each request at its own resolution; those that share a view are counted together, and a clique once. */
async function countEach(engine: CountingEngine, requests: readonly Query[], sizes: readonly number[]): Promise<ExactMarginal[]> {
  const exact = new Array<ExactMarginal>(requests.length);
  const byView = new Map<View | undefined, Map<string, number[]>>();
  requests.forEach(({ clique, view }, i) => {
    const byClique = byView.get(view) ?? new Map<string, number[]>();
    byView.set(view, byClique);
    const key = cliqueKey(clique);
    const same = byClique.get(key);
    if (same === undefined) byClique.set(key, [i]);
    else same.push(i);
  });
  for (const [view, byClique] of byView) {
    const groups = [...byClique.values()];
    const cliques = groups.map(([first]) => requests[first].clique);
    const counted = await countSafely(engine, cliques, sizes, view);
    groups.forEach((same, j) => {
      for (const i of same) {
        const { partition } = requests[i];
        exact[i] = partition === undefined ? counted[j] : { ...counted[j], counts: sumParts(counted[j].counts, partition) };
      }
    });
  }
  return exact;
}

/** Count, or fail with a constant: an engine's own error may quote rows. */
async function countSafely(engine: CountingEngine, cliques: readonly Clique[], sizes: readonly number[], view: View | undefined): Promise<ExactMarginal[]> {
  let exact: ExactMarginal[];
  try {
    exact = await engine.count(cliques, view);
  } catch {
    throw internal("the engine could not count");
  }
  const seen = viewSizes(sizes, view);
  const shaped = exact.length === cliques.length && exact.every((m, i) => m.counts.length === cells(cliques[i], seen));
  if (!shaped) throw internal("the engine counted other cells than were asked for");
  return exact;
}
