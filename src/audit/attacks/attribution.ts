import type { Finding } from "../../formats/report.js";
import type { EncodedTable } from "../../table/encoded.js";
import type { AuditContext } from "../context.js";
import { emptyFinding, rateFinding, rateRow, type Tally, type Words } from "../finding.js";
import { classCounts, keyClasses, quasiIdentifiers, secretColumns } from "./key-classes.js";

/** Counts of people, and sums of probabilities over people, behind the measures of attribution. */
export interface Attribution {
  readonly people: number;
  /** Key occurs in the release. */
  readonly inRelease: number;
  /** All released rows of the key agree on the target. */
  readonly disclosed: number;
  /** And they agree on the person's own value: DiSCO is this over people, TCAP over `inRelease`. */
  readonly correct: number;
  /** And the person's own table agrees as well (DiSDiO). */
  readonly correctInBoth: number;
  /** Σ p_s(t|q): DCAP is this over people. */
  readonly dcap: number;
  /** Σ p_d(t|q), what the people's own table tells: CAPd. */
  readonly cap: number;
  /** Keys that one person has (UiO), of those in the release (UiOiS), and of those there once (repU). */
  readonly unique: number;
  readonly uniqueInRelease: number;
  readonly replicated: number;
}

/**
 * Attribution of `target` by `keys` through a release, as synthpop's `disclosure` counts it (Raab, Nowok & Dibben 2024): classes of equal
 * codes, missing values a level of their own.
 */
export function attribution(real: EncodedTable, people: Uint32Array | null, release: EncodedTable, keys: readonly number[], target: number): Attribution {
  const byKey = keyClasses(
    [
      { table: real, rows: people },
      { table: release, rows: null },
    ],
    keys,
  );
  const [own, released] = byKey.of;
  const cells = release.domain.columns[target].size;
  const codeOf = (i: number): number => real.codes[target][people === null ? i : people[i]];
  const count = (ids: Uint32Array, code: (i: number) => number): Map<number, number> => {
    const out = new Map<number, number>();
    for (const [i, id] of ids.entries()) out.set(id * cells + code(i), (out.get(id * cells + code(i)) ?? 0) + 1);
    return out;
  };
  const [d, s] = [classCounts(own, byKey.classes), classCounts(released, byKey.classes)];
  const [dt, st] = [count(own, codeOf), count(released, (i) => release.codes[target][i])];
  const unanimous = new Uint8Array(byKey.classes);
  for (const [cell, rows] of st) if (rows === s[Math.floor(cell / cells)]) unanimous[Math.floor(cell / cells)] = 1;
  const sum = { people: own.length, inRelease: 0, disclosed: 0, correct: 0, correctInBoth: 0, dcap: 0, cap: 0, unique: 0, uniqueInRelease: 0, replicated: 0 };
  own.forEach((q, i) => {
    const cell = q * cells + codeOf(i);
    const rows = st.get(cell) ?? 0;
    const mine = dt.get(cell) as number;
    sum.cap += mine / d[q];
    if (d[q] === 1) {
      sum.unique += 1;
      if (s[q] > 0) sum.uniqueInRelease += 1;
      if (s[q] === 1) sum.replicated += 1;
    }
    if (s[q] === 0) return;
    sum.inRelease += 1;
    sum.dcap += rows / s[q];
    if (unanimous[q] === 0) return;
    sum.disclosed += 1;
    if (rows === 0) return;
    sum.correct += 1;
    if (mine === d[q]) sum.correctInBoth += 1;
  });
  return sum;
}

/**
 * Measures: for how many people all released rows with their quasi-identifiers agree on a sensitive value, and rightly (DiSCO), as excess
 * over people held out; TCAP and CAP stand beside it.
 * Matters: an agreeing group is what a reader of the release takes for a fact; on Adult it is right more often for people held out than
 * many releases are for those learnt from, which only the control shows.
 * Cannot show: guesses from groups that nearly agree (CAP shows them on average), or with other columns known.
 */
const disclosureWords = (name: string): Words => ({
  id: `attribution-${name}`,
  family: "inference",
  title: `Reading ${name} off a group that agrees`,
  claim: `Released rows that share a person's quasi-identifiers agree on the right ${name} no more often for people learnt from.`,
  attackerKnows: "The declared quasi-identifiers of a person.",
  cannotShow: "Guesses from groups that nearly agree, or with more columns known.",
  measure: "rate",
});

/**
 * Measures: how many people have quasi-identifiers that nobody else has and that exactly one released row has (replicated uniques).
 * Matters: such a row is taken for the person's own, whether or not it is.
 * Cannot show: how much else of the row is true.
 */
const REPLICATED: Words = {
  id: "replicated-uniques",
  family: "copies",
  title: "Unique people who stand in the release once",
  claim: "Quasi-identifiers that only one person has stand in exactly one released row no more often for people learnt from.",
  attackerKnows: "The declared quasi-identifiers of a person.",
  cannotShow: "Whether the rest of such a row is true.",
  measure: "rate",
};

/** Equally many people of both parts: who is unique depends on how many there are. */
function equalParts(context: AuditContext): [Uint32Array, Uint32Array] {
  const size = Math.min(context.trainUnits.length, context.holdoutUnits.length);
  return size === 0 ? [context.trainUnits, context.holdoutUnits] : [context.trainUnits.subarray(0, size), context.holdoutUnits.subarray(0, size)];
}

export function replicatedUniquesAttack(context: AuditContext): Finding[] {
  const keys = quasiIdentifiers(context.real.domain.columns);
  if (keys.length === 0 || context.release.rows === 0) return [];
  const [train, holdout] = equalParts(context).map((rows) => attribution(context.real, rows, context.release, keys, keys[0]));
  const tally = (a: Attribution): Tally => ({ k: a.replicated, n: a.people });
  return [
    rateFinding(REPLICATED, context, tally(train), tally(holdout), {
      sensitivity: null,
      note: `Of ${train.people} people of each part; who is unique is counted among them.`,
      breakdown: [
        rateRow("unique in their part", { k: train.unique, n: train.people }, { k: holdout.unique, n: holdout.people }, context.level),
        rateRow("unique, and in the release", { k: train.uniqueInRelease, n: train.people }, { k: holdout.uniqueInRelease, n: holdout.people }, context.level),
      ],
    }),
  ];
}

export function attributionAttacks(context: AuditContext): Finding[] {
  const { columns } = context.real.domain;
  const keys = quasiIdentifiers(columns);
  if (keys.length === 0) return [];
  return secretColumns(columns)
    .filter((secret) => !keys.includes(secret))
    .map((secret) => {
      const words = disclosureWords(columns[secret].name);
      if (context.release.rows === 0) return emptyFinding(words, context, "Needs released rows.");
      const [train, holdout] = equalParts(context).map((rows) => attribution(context.real, rows, context.release, keys, secret));
      const tally = (a: Attribution): Tally => ({ k: a.correct, n: a.people });
      const mean = (sum: number, n: number): number | null => (n === 0 ? null : sum / n);
      return rateFinding(words, context, tally(train), tally(holdout), {
        sensitivity: null,
        note: `DiSCO, on ${train.people} people of each part. ${NO_TCAP_NOTE}`,
        breakdown: [
          rateRow("TCAP: right, of those whose quasi-identifiers are in the release", { k: train.correct, n: train.inRelease }, { k: holdout.correct, n: holdout.inRelease }, context.level),
          rateRow("DiS: groups that agree, rightly or not", { k: train.disclosed, n: train.people }, { k: holdout.disclosed, n: holdout.people }, context.level),
          {
            name: "DCAP: mean share of the group that has the right value",
            measure: "rate",
            estimate: mean(train.dcap, train.people),
            interval: null,
            n: train.people,
            control: mean(holdout.dcap, holdout.people),
          },
          { name: "CAP of the table itself", measure: "rate", estimate: mean(train.cap, train.people), interval: null, n: train.people, control: mean(holdout.cap, holdout.people) },
        ],
      });
    });
}

const NO_TCAP_NOTE = "synthgauge and others print the same number under the name TCAP, which here has the matched people alone below the line.";
