import { type Asked, MEASURES, type Tested, trialWith } from "../../src/app/trial-fits.js";
import { auditMechanism, type TrialFit } from "../../src/audit/empirical/audit-mechanism.js";
import { biasedChoice, unseenRecord, type Worlds, worldsOf } from "../../src/audit/empirical/worlds.js";
import type { Noise } from "../../src/curator/index.js";
import type { Door } from "../../src/domain/door.js";
import { countPlain } from "../../src/engine/plain.js";
import { evenNoise } from "../../src/synth/select/one-way.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { contentOf } from "../../src/table/split/content.js";
import { selectRows } from "../../src/table/split/select.js";
import { truncate } from "../../src/table/split/truncate.js";
import { openDoor } from "../support/open-door.js";
import { seededNoise } from "../support/test-noise.js";
import type { Mutant } from "./mutant.js";
import { MUTANT_NOISE } from "./noise.js";

/** Other seeds than the fixed one are for measuring how often mutants are caught: bench/mutants.mjs. */
const SEED = process.env.DPSYNTH_MUTANT_SEED ?? "";

const ONE: Asked = { epsilon: 1, delta: 0.01 };
const PURE: Asked = { epsilon: 1, delta: 0 };

interface Case {
  readonly id: string;
  readonly defect: number | null;
  readonly what: string;
  readonly power: string;
  readonly asked?: Asked;
  readonly runs: number;
  /** Fit and tables of the mutant, and of its honest counterpart; the seed makes the noise. */
  readonly mutant: (seed: string) => Subject;
  readonly honest: (seed: string) => Subject;
}

interface Subject {
  readonly fit: TrialFit;
  readonly worlds: Worlds;
}

/** A defect of the wiring is caught where fits of two neighbouring tables prove a larger ε than is promised, at level 1e-3. */
function byEpsilon({ id, defect, what, power, runs, asked = ONE, mutant, honest }: Case): Mutant {
  const broken = async ({ fit, worlds }: Subject): Promise<boolean> => {
    const { claim } = trialWith("independent", asked, seededNoise("claim"));
    return (await auditMechanism({ fit, worlds: [worlds], claim, runs })).violated;
  };
  return { id, defect, what, by: "empirical ε", power, caught: () => broken(mutant(`mutant ${id} ${SEED}`)), spared: async () => !(await broken(honest(`honest ${id} ${SEED}`))) };
}

/** A method of ours over a given noise. */
function methodWith(tested: Tested, noise: Noise, worlds: Worlds | undefined, asked = ONE): Subject {
  const trial = trialWith(tested, asked, noise);
  return { fit: trial.fit, worlds: worlds ?? trial.worlds[0] };
}

const unseen = unseenRecord();

/** A fit by hand: a door over the table that `prepare` makes of the rows, then `act`. */
function byHand(seed: string | (() => Noise), worlds: Worlds, prepare: (table: EncodedTable) => EncodedTable, act: (door: Door, table: EncodedTable) => Promise<unknown>): Subject {
  const noise = typeof seed === "string" ? seededNoise(seed) : undefined;
  const makeNoise = (): Noise => noise ?? (seed as () => Noise)();
  return {
    worlds,
    fit: async (table, listen) => {
      const prepared = prepare(table);
      await act(listen(openDoor(prepared, makeNoise(), ONE).door), prepared);
    },
  };
}

const independent = (door: Door, table: EncodedTable): Promise<unknown> => MEASURES.independent(door, table.domain);
const asItIs = (table: EncodedTable): EncodedTable => table;

/** Codes that occur are the column's values, as if the schema had been drawn up from the rows. */
function domainFromRows(table: EncodedTable): EncodedTable {
  const columns = table.domain.columns.map((column, c) => ({ ...column, size: Math.max(...table.codes[c]) + 1 }));
  return { ...table, domain: { ...table.domain, columns } };
}

/** Values with no true row are merged before anything is measured. */
async function mergedByTrueCounts(door: Door, table: EncodedTable): Promise<void> {
  const view = table.domain.columns.map((_, c) => {
    const { counts } = countPlain(table, [c]);
    let next = 0;
    const of = Uint32Array.from(counts, (count) => (count > 0 ? next++ : 0));
    return { size: Math.max(1, next), of };
  });
  const noise = evenNoise(door, door.left(), table.domain.columns.length);
  await door.measure(table.domain.columns.map((_, c) => ({ clique: [c], noise, view })));
}

/** Every answer is made to sum to the true number of rows, which bounded neighbours would share and ours do not. */
function fixedTotals(subject: Subject): Subject {
  return {
    ...subject,
    fit: (table, listen) =>
      subject.fit(table, (door) => {
        const fixed: Door = {
          ...door,
          measure: async (requests) => {
            const answers = await door.measure(requests);
            for (const { counts } of answers) counts[counts.length - 1] += table.rows - counts.reduce((s, v) => s + v, 0);
            return answers;
          },
        };
        return listen(fixed);
      }),
  };
}

/** One column in which many values are missing, and two values equally frequent: the target breaks the tie. */
const tied = worldsOf("tie", "Missing values are many, and two values are equally frequent without the target.", [3], [...rows([0], 10), ...rows([1], 10), ...rows([2], 200)], [1]);

function rows(row: readonly number[], times: number): number[][] {
  return Array.from({ length: times }, () => [...row]);
}

/** Missing values (code 2) become the most frequent value of all rows: one unit moves them all. */
function imputedByMode(table: EncodedTable): EncodedTable {
  const { counts } = countPlain(table, [0]);
  const mode = counts[1] > counts[0] ? 1 : 0;
  return { ...table, codes: [Uint8Array.from(table.codes[0], (code) => (code === 2 ? mode : code))] };
}

/** A unit that brings twenty rows where one is allowed. */
const manyRows: Worlds = (() => {
  const wide = unseenRecord(20);
  const person = { ...wide.domain, maxRows: 1, unit: { kind: "person", column: "id", maxRows: 1, source: "public" } as const };
  const owned = (table: EncodedTable): EncodedTable => {
    const units = Uint32Array.from({ length: table.rows }, (_, i) => Math.min(i, 3));
    return { ...table, domain: person, units, unitCount: Math.min(table.rows, 4) };
  };
  return { ...wide, domain: person, table: owned(wide.table), withTarget: owned(wide.withTarget), copies: 1 };
})();

const KEY = new Uint8Array(32).fill(7);
const truncated = (table: EncodedTable): EncodedTable => selectRows(table, truncate(contentOf(table), KEY));

export const EPSILON_MUTANTS: readonly Mutant[] = [
  byEpsilon({
    id: "domain-from-data",
    defect: 1,
    what: "A column's values are those that occur in the rows",
    power: "1",
    runs: 300,
    mutant: (seed) => byHand(seed, unseen, domainFromRows, independent),
    honest: (seed) => byHand(seed, unseen, asItIs, independent),
  }),
  byEpsilon({
    id: "structure-from-data",
    defect: 2,
    what: "Values are merged where their true count is zero, before anything is measured",
    power: "1",
    runs: 300,
    mutant: (seed) => byHand(seed, unseen, asItIs, mergedByTrueCounts),
    honest: (seed) => byHand(seed, unseen, asItIs, independent),
  }),
  byEpsilon({
    id: "sigma-too-small",
    defect: 4,
    what: "Gaussian noise with a tenth of its σ",
    power: "> .999",
    runs: 300,
    mutant: (seed) => methodWith("independent", MUTANT_NOISE.tenTimesTooSmall(seed), undefined),
    honest: (seed) => methodWith("independent", seededNoise(seed), undefined),
  }),
  byEpsilon({
    id: "steeper-score",
    defect: 5,
    what: "The exponential mechanism's score moves by three times its declared sensitivity",
    power: "> .999",
    asked: PURE,
    runs: 1500,
    mutant: (seed) => methodWith("selection", MUTANT_NOISE.steeperScore(seed), undefined, PURE),
    honest: (seed) => methodWith("selection", seededNoise(seed), undefined, PURE),
  }),
  byEpsilon({
    id: "without-the-half",
    defect: 6,
    what: "The exponential mechanism without its factor ½, for a score that is not monotone",
    power: "> .999",
    asked: PURE,
    runs: 2200,
    mutant: (seed) => methodWith("selection", MUTANT_NOISE.withoutTheHalf(seed), undefined, PURE),
    honest: (seed) => methodWith("selection", seededNoise(seed), undefined, PURE),
  }),
  byEpsilon({
    id: "seeded-noise",
    defect: 8,
    what: "Every fit draws the same noise from a seed, and says that it is secure",
    power: "1",
    runs: 300,
    mutant: () => byHand(() => ({ ...seededNoise("0"), provenance: "secure" }), unseen, asItIs, independent),
    honest: (seed) => byHand(seed, unseen, asItIs, independent),
  }),
  byEpsilon({
    id: "exact-total",
    defect: 10,
    what: "The number of rows leaves without noise",
    power: "1",
    runs: 300,
    mutant: (seed) => byHand(() => MUTANT_NOISE.exactTotal(seed), unseen, asItIs, totalFirst),
    honest: (seed) => byHand(seed, unseen, asItIs, totalFirst),
  }),
  byEpsilon({
    id: "unbounded-contribution",
    defect: 14,
    what: "A person's twenty rows all count where one may",
    power: "> .999",
    runs: 300,
    mutant: (seed) => byHand(seed, manyRows, asItIs, independent),
    honest: (seed) => byHand(seed, manyRows, truncated, independent),
  }),
  byEpsilon({
    id: "bounded-totals",
    defect: 15,
    what: "Tables are made to sum to the true number of rows, which only replaced neighbours share",
    power: "1",
    runs: 300,
    mutant: (seed) => fixedTotals(methodWith("independent", seededNoise(seed), undefined)),
    honest: (seed) => methodWith("independent", seededNoise(seed), undefined),
  }),
  byEpsilon({
    id: "imputation-by-mode",
    defect: 16,
    what: "Missing values take the most frequent value of the other rows",
    power: "> .999",
    runs: 300,
    mutant: (seed) => byHand(seed, tied, imputedByMode, independent),
    honest: (seed) => byHand(seed, tied, asItIs, independent),
  }),
  byEpsilon({
    id: "conditionals-without-noise",
    defect: null,
    what: "The tables of pairs, of which conditionals are made, leave without noise",
    power: "1",
    runs: 300,
    mutant: (seed) => methodWith("mst", MUTANT_NOISE.exactPairs(seed), biasedChoice(0.1)),
    honest: (seed) => methodWith("mst", seededNoise(seed), biasedChoice(0.1)),
  }),
];

async function totalFirst(door: Door): Promise<void> {
  await door.measure([{ clique: [], noise: evenNoise(door, door.left(), 1) }]);
}
