import { seededBits } from "../../base/random.js";
import type { Finding } from "../../formats/report.js";
import { type AuditContext, type ShadowRelease, shared } from "../context.js";
import type { Words } from "../finding.js";
import { logRatioScores, mamaScores } from "./log-ratio.js";
import { membershipFindings } from "./membership.js";
import { maximalCliques } from "./separators.js";

const RUNS = 15;
/** Cliques that at least this share of the most frequent one's runs measured are kept (MAMA-MIA's τ at ε from 1 to 10). */
const KEPT = 0.6;
const LEAST_PEOPLE = 50;

/**
 * Measures: the likelihood attack where the attacker knows which generator made the release and at which price, but not the model: fits of his own
 * on people of the population tell him which columns it measures together (MAMA-MIA, Golob et al. 2024).
 * Matters: keeping the model to oneself hides its graph from nobody who has the software.
 * Cannot show: what the true graph adds where the fits choose others.
 */
const LIKELIHOOD: Words = {
  id: "membership-likelihood-shadow",
  family: "membership",
  title: "Membership told by likelihood, with shadow fits",
  claim: "Knowing the generator and its price, an attacker cannot tell whether a person was learnt from.",
  attackerKnows: "A person's whole row, the release, the generator with its settings, and other people of the same population.",
  cannotShow: "What the true graph adds where the fits choose others.",
  measure: "auc",
};

const PUBLISHED: Words = { ...LIKELIHOOD, id: "membership-mama-shadow", title: "Membership told by MAMA-MIA's score, with shadow fits" };

/** Cliques that fits on random four fifths of the population measured, and how often. */
function shadowCliques(context: AuditContext): Promise<{ cliques: number[][]; weights: number[] }> {
  return shared(context, "shadow cliques", async () => {
    const times = new Map<string, { clique: number[]; runs: number }>();
    const bits = seededBits(`${context.seed} shadow`);
    for (let run = 0; run < RUNS; run += 1) {
      const people = Uint32Array.from(context.population);
      bits.shuffle(people, 0, people.length, 1);
      const made: ShadowRelease = await (context.shadowFit as NonNullable<typeof context.shadowFit>)(people.subarray(0, Math.ceil(0.8 * people.length)), `${context.seed} shadow ${run}`);
      for (const clique of maximalCliques(made.cliques)) {
        const entry = times.get(String(clique)) ?? { clique, runs: 0 };
        entry.runs += 1;
        times.set(String(clique), entry);
      }
      context.progress?.("shadow fits", run + 1, RUNS);
    }
    const most = Math.max(0, ...Array.from(times.values(), (entry) => entry.runs));
    const kept = [...times.values()].filter((entry) => entry.runs >= KEPT * most);
    return { cliques: kept.map((entry) => entry.clique), weights: kept.map((entry) => entry.runs) };
  });
}

export async function membershipShadowAttack(context: AuditContext): Promise<Finding[]> {
  if (context.shadowFit === null) return []; // nobody handed in a generator; the audit says so among its limits
  const absent = (note: string): Finding[] => [LIKELIHOOD, PUBLISHED].flatMap((words) => membershipFindings(words, context, null, note));
  if (context.release.rows === 0 || context.population.length < LEAST_PEOPLE) return absent(`Needs released rows and ${LEAST_PEOPLE} people who stand for the population.`);
  const { cliques, weights } = await shadowCliques(context);
  const note = `${RUNS} fits on four fifths of ${context.population.length} people of the population; ${cliques.length} cliques kept.`;
  const { release, real, population } = context;
  return [
    ...membershipFindings(LIKELIHOOD, context, (rows) => logRatioScores(cliques, release, real, population, rows), note),
    ...membershipFindings(PUBLISHED, context, (rows) => mamaScores(cliques, weights, release, real, population, rows), note),
  ];
}
