import { seededBits } from "../../src/base/random.js";
import { type CertificateFile, certificateFile } from "../../src/formats/certificate.js";
import type { Receipt } from "../../src/formats/ledger.js";
import { type Finding, type ReportFile, reportFile } from "../../src/formats/report.js";
import type { GateContext } from "../../src/gate/context.js";

const hex = (c: string): string => c.repeat(64);
const TOOL = { name: "dpsynth", version: "0.1.0" } as const;
export const HASH = { release: hex("a"), model: hex("b"), schema: hex("c"), policy: hex("d"), ledger: hex("e"), head: hex("f") };

/** A finding that a harmless release would give; override what a test is about. */
export function sampleFinding(over: Partial<Finding> & Pick<Finding, "id" | "family">): Finding {
  return {
    title: over.id,
    claim: "People whose rows were learnt from are no easier to find than others.",
    attackerKnows: "All of a person's values but one.",
    cannotShow: "Attacks that know more.",
    measure: "rate",
    estimate: 0.121,
    interval: [0.108, 0.134],
    level: 0.95,
    n: 2000,
    control: { estimate: 0.117, interval: [0.104, 0.131], n: 2000 },
    baseline: 0.083,
    excess: { estimate: 0.004, standardError: 0.0102 },
    residualRisk: { estimate: 0.0045, interval: [0, 0.027] },
    smallestDetectable: 0.0255,
    theoryCeiling: null,
    tieRule: "distance, then a hash of the row",
    seed: "1",
    attacks: 2000,
    note: null,
    publishable: false,
    sensitivity: 0.0005,
    curves: [],
    breakdown: [],
    ...over,
  };
}

function roc(auc: number): Finding["curves"] {
  const x = Array.from({ length: 101 }, (_, i) => i / 100);
  const power = 1 / auc - 1; // ∫ x^p dx = 1/(1+p)
  return [{ name: "this attack", x, y: x.map((v) => v ** power) }];
}

function auc(id: string, title: string, estimate: number): Finding {
  return sampleFinding({
    id,
    family: "membership",
    title,
    measure: "auc",
    claim: "Given two people, the attacker cannot tell which of them was learnt from.",
    estimate,
    interval: [estimate - 0.018, estimate + 0.018],
    control: null,
    baseline: 0.5,
    excess: { estimate: estimate - 0.5, standardError: 0.0091 },
    residualRisk: null,
    smallestDetectable: 0.0227,
    theoryCeiling: 0.549,
    n: 2000,
    attacks: 4000,
    curves: roc(estimate),
  });
}

function findings(): Finding[] {
  const t = Array.from({ length: 60 }, (_, i) => i / 120);
  const cdf = (shift: number): number[] => t.map((v) => 1 / (1 + Math.exp(-(v - shift) * 24)));
  return [
    sampleFinding({
      id: "copies",
      family: "copies",
      title: "Exact copies of one person's row",
      claim: "Rows that only one person has do not reappear in the release more often for people learnt from than for people who were not.",
      attackerKnows: "A person's whole row.",
      estimate: 0.0023,
      interval: [0.0016, 0.0031],
      n: 21_480,
      control: { estimate: 0.0021, interval: [0.0011, 0.0037], n: 6110 },
      baseline: null,
      excess: { estimate: 0.0002, standardError: 0.00067 },
      residualRisk: { estimate: 0.0002, interval: [0, 0.0015] },
      smallestDetectable: 0.0017,
      sensitivity: null,
    }),
    sampleFinding({
      id: "closest-record",
      family: "distance",
      title: "Released rows nearer to people learnt from",
      claim: "Released rows lie no closer to people learnt from than to as many people who were not.",
      attackerKnows: "Nothing: this looks at the release from the inside.",
      cannotShow: "Leaks other than near copies; releases that fail people are known to pass it.",
      estimate: 0.503,
      interval: [0.494, 0.512],
      n: 35_000,
      attacks: 35_000,
      control: null,
      baseline: 0.5,
      excess: { estimate: 0.003, standardError: 0.0047 },
      residualRisk: null,
      smallestDetectable: 0.0117,
      note: "Against 10000 people of each part; ties count one half.",
      curves: [
        { name: "to people learnt from", x: t, y: cdf(0.2) },
        { name: "to people held out", x: t, y: cdf(0.203) },
      ],
    }),
    auc("membership-likelihood", "Membership by what the model knows", 0.517),
    sampleFinding({
      ...auc("membership-likelihood-tail", "Membership by what the model knows: the few most exposed", 0.517),
      measure: "tpr-at-1%-fpr",
      estimate: 0.0125,
      interval: [0.0071, 0.0212],
      baseline: 0.01,
      excess: { estimate: 0.0025, standardError: 0.0036 },
      theoryCeiling: 0.0157,
      curves: [],
    }),
    auc("membership-distance", "Membership by the nearest released row", 0.504),
    sampleFinding({
      id: "singling-out",
      family: "singling-out",
      title: "Descriptions that fit one person",
      attackerKnows: "The release alone.",
      estimate: 0.068,
      interval: [0.058, 0.0798],
      n: 2000,
      control: { estimate: 0.066, interval: [0.056, 0.0777], n: 2000 },
      excess: { estimate: 0.002, standardError: 0.0079 },
      residualRisk: { estimate: 0.0021, interval: [0, 0.0187] },
      smallestDetectable: 0.0196,
      breakdown: [
        { name: "2 columns", measure: "rate", estimate: 0.074, interval: [0.0542, 0.1003], n: 500, control: 0.07 },
        { name: "5 columns", measure: "rate", estimate: 0.062, interval: [0.044, 0.0867], n: 500, control: 0.062 },
      ],
    }),
    sampleFinding({
      id: "linkability",
      family: "linkability",
      title: "Linking two halves of a record",
      attackerKnows: "Two tables, each with half of a person's columns.",
      estimate: 0.0145,
      interval: [0.0101, 0.0207],
      control: { estimate: 0.013, interval: [0.009, 0.019], n: 2000 },
      baseline: 0.0006,
      excess: { estimate: 0.0015, standardError: 0.0038 },
      residualRisk: { estimate: 0.0015, interval: [0, 0.009] },
      smallestDetectable: 0.0092,
    }),
    sampleFinding({
      id: "inference-income",
      family: "inference",
      title: "Guessing income from everything else",
      estimate: 0.812,
      interval: [0.794, 0.829],
      control: { estimate: 0.806, interval: [0.788, 0.823], n: 2000 },
      baseline: 0.761,
      excess: { estimate: 0.006, standardError: 0.0124 },
      residualRisk: { estimate: 0.031, interval: [0, 0.16] },
      smallestDetectable: 0.0309,
    }),
    sampleFinding({ id: "inference-diagnosis", family: "inference", title: "Guessing diagnosis from everything else" }),
  ];
}

const NAMES = [
  "age",
  "sex",
  "region",
  "education",
  "occupation",
  "marital_status",
  "household_size",
  "income",
  "hours_per_week",
  "diagnosis",
  "smoker",
  "visits",
  "first_visit",
  "insurance",
  "employed",
];

type Group = NonNullable<NonNullable<ReportFile["utility"]>["subgroups"]>["columns"][number]["groups"][number];

function group(label: string, train: number, release: number, tvd: number, chance: number, difference: number): Group {
  const excess = tvd - chance;
  const learning = { tstr: 0.9 + difference, trtr: 0.9, difference, interval: [difference - 0.02, difference + 0.02] as [number, number], n: Math.round(train / 4), positives: Math.round(train / 16) };
  return { label, train, release, trainShare: train / 35_003, releaseShare: release / 35_000, tvd, chance, excess, excessInterval: [excess - 0.004, excess + 0.004], tooSmall: null, learning };
}

function utilityOf(): ReportFile["utility"] {
  const bits = seededBits("sample");
  const columns = NAMES.map((name, c) => {
    const size = [32, 2, 8, 5, 14, 4, 7, 32, 20, 9, 2, 12, 32, 3, 2][c];
    const raw = Array.from({ length: size }, (_, i) => 0.15 + Math.exp(-(((i - size / (2 + (c % 3))) / (size / 4)) ** 2)) + 0.3 * bits.uniform());
    const total = raw.reduce((a, b) => a + b, 0);
    const train = raw.map((v) => v / total);
    const moved = train.map((v) => v * (0.96 + 0.08 * bits.uniform()));
    const sum = moved.reduce((a, b) => a + b, 0);
    const release = moved.map((v) => v / sum);
    const labels = size === 2 ? ["no", "yes"] : Array.from({ length: size }, (_, i) => (size > 12 ? `${i * 5}–${i * 5 + 4}` : `${name} ${i + 1}`));
    return { name, ordered: size > 12, labels, train, release, tvd: train.reduce((a, v, i) => a + Math.abs(v - release[i]), 0) / 2 };
  });
  const d = NAMES.length;
  const pairTvd = new Array<number | null>(d * d).fill(null);
  const associations: NonNullable<ReportFile["utility"]>["associations"] = [];
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const v = 0.012 + 0.07 * bits.uniform() ** 3;
      pairTvd[i * d + j] = v;
      pairTvd[j * d + i] = v;
      const train = bits.uniform() ** 2;
      const release = train * (0.85 + 0.2 * bits.uniform());
      associations.push({ a: NAMES[j], b: NAMES[i], kind: (i + j) % 3 === 0 ? "pearson" : "cramers-v", train, release, unseen: train * 0.99 });
    }
  }
  return {
    similarity: [
      { ways: 1, marginals: 15, release: 0.006, resample: 0.005, resampleRows: 15_004, chance: 0.0041, worst: [{ columns: ["age"], release: 0.017, chance: 0.012 }] },
      { ways: 2, marginals: 105, release: 0.0292, resample: 0.0131, resampleRows: 15_004, chance: 0.0114, worst: [{ columns: ["age", "occupation"], release: 0.082, chance: 0.041 }] },
      { ways: 3, marginals: 455, release: 0.0681, resample: 0.0287, resampleRows: 15_004, chance: 0.0244, worst: [] },
    ],
    columns,
    pairColumns: NAMES,
    pairTvd,
    associations,
    associationChange: [
      { kind: "pearson", pairs: 35, release: 0.021, largest: 0.07, unseen: 0.006 },
      { kind: "cramers-v", pairs: 70, release: 0.024, largest: 0.09, unseen: 0.007 },
    ],
    propensity: [
      { learner: "logistic regression", rows: 20_000, pmse: 0.0014, expected: 0.0006, ratio: 2.33, unseenRatio: 0.98 },
      { learner: "tree", rows: 20_000, pmse: 0.0062, expected: 0.0018, ratio: 3.44, unseenRatio: 1.04 },
    ],
    coverage: {
      columns: [
        { name: "age", values: 32, kept: 32, lost: 0, added: 0, range: { train: ["0", "97"], release: ["0", "94"], covered: 0.969 } },
        { name: "occupation", values: 14, kept: 13, lost: 0.0006, added: 0.0002, range: null },
      ],
      pairs: { lost: 0.0021, added: 0.0034, unseenLost: 0.0019, unseenAdded: 0.0015 },
    },
    conformity: {
      release: { rows: 35_000, columns: [{ name: "age", nullable: false, nulls: 0, unseen: 0, unparsable: 0, outOfBounds: 0 }] },
      real: { rows: 50_010, columns: [{ name: "age", nullable: false, nulls: 3, unseen: 0, unparsable: 1, outOfBounds: 12 }] },
    },
    learning: [
      {
        target: "income is above its middle",
        learner: "logistic regression",
        metric: "auc",
        tstr: 0.872,
        tstrInterval: [0.861, 0.883],
        trtr: 0.891,
        trtrInterval: [0.881, 0.901],
        difference: -0.019,
        differenceInterval: [-0.024, -0.014],
        n: 10_000,
        positives: 2410,
      },
      {
        target: "income is above its middle",
        learner: "boosted trees",
        metric: "auc",
        tstr: 0.878,
        tstrInterval: [0.868, 0.889],
        trtr: 0.912,
        trtrInterval: [0.903, 0.921],
        difference: -0.034,
        differenceInterval: [-0.04, -0.028],
        n: 10_000,
        positives: 2410,
      },
    ],
    subgroups: {
      declared: true,
      target: "income is above its middle",
      learner: "boosted trees",
      columns: [
        {
          name: "region",
          groups: [
            group("north", 24_100, 24_090, 0.017, 0.008, -0.031),
            group("south", 9800, 9850, 0.031, 0.012, -0.036),
            group("islands", 1070, 1040, 0.094, 0.037, -0.071),
            { ...group("abroad", 33, 20, 0, 0, 0), tvd: null, chance: null, excess: null, excessInterval: null, tooSmall: "33 rows to compare with", learning: null },
          ],
        },
      ],
    },
    compat: null,
    summary: "Close to the data for single columns and pairs; models trained on the release lose 2 to 3 points of AUC.",
  };
}

export function sampleReceipt(): Receipt {
  const gaussian = (query: string, sigma2: string) => ({ type: "discrete-gaussian" as const, query, sigma2, l2Sensitivity: 1 });
  return {
    version: 1,
    dataset: "people",
    fit: "fit-1",
    account: "zcdp",
    neighbours: "add-remove-one-unit",
    unit: { kind: "person", maxRows: 1 },
    method: "mst",
    part: "train",
    shareLearned: 0.7,
    epsilon: 1,
    delta: 1e-9,
    price: { rhoFemto: "14973100000000", deltaAtto: "0" },
    events: [
      gaussian("row count", "334"),
      ...NAMES.map((n) => gaussian(n, "1502")),
      ...NAMES.slice(1).map(() => ({ type: "exponential" as const, score: "marginal-l1-error", eta: "1/19", sensitivity: 1, candidates: 105 })),
      ...NAMES.slice(1).map((n, i) => gaussian(`${NAMES[i]} × ${n}`, "2804/3")),
    ],
    spentEpsilon: 1,
    capEpsilon: 3,
    capDelta: 1e-9,
    ledger: { seq: 4, hash: HASH.ledger },
    noise: "secure",
  };
}

/** A hand-made report that the profile `public` passes. */
export function sampleReport(over: Partial<ReportFile> = {}): ReportFile {
  return reportFile.parse({
    format: "dpsynth-report",
    version: 1,
    audience: "INTERNAL",
    createdAt: "2026-01-15T09:30:00Z",
    tool: TOOL,
    dataset: "people",
    subject: { releaseSha256: HASH.release, modelSha256: HASH.model, schemaSha256: HASH.schema, policySha256: HASH.policy, ledger: { seq: 5, hash: HASH.head } },
    receipt: sampleReceipt(),
    claim: null,
    parts: { train: 35_012, holdout: 10_007, reference: 4981, release: 35_000, unit: "person" },
    findings: findings(),
    utility: utilityOf(),
    attempts: { audits: 1, gates: 1 },
    declarations: [
      { key: "fields[0].constraints", what: "age from 0 to 110", source: "public", by: null, reason: null },
      { key: "fields[9].categories", what: "diagnosis: 9 categories", source: "data", by: "R. Meier", reason: "the list is printed on the form" },
      { key: "fields[4].categories", what: "occupation: categories with a noisy count of 120 or more", source: "discover", by: null, reason: null },
    ],
    seed: "1",
    limits: ["Attacks by someone who knows the noise's random bits were not tried.", "Targets were drawn evenly, not from the most unusual people."],
    ...over,
  } satisfies ReportFile);
}

/** The context under which {@link sampleReport} passes the profile `public`. */
export function sampleContext(over: Partial<GateContext> = {}): GateContext {
  return {
    now: { releaseSha256: HASH.release, modelSha256: HASH.model, schemaSha256: HASH.schema, policySha256: HASH.policy },
    ledgerHead: { seq: 7, hash: HASH.ledger },
    ledgerHoldsReportHead: true,
    reportOnRecord: true,
    receiptOnRecord: true,
    attempts: 1,
    budget: { fits: 1, spentEpsilon: 1, capEpsilon: 3, capDelta: 1e-9 },
    releaseRows: 35_000,
    learnedRows: 35_003,
    learnedUnits: 35_003,
    holdout: { units: 10_007, share: 0.2 },
    ...over,
  };
}

export function sampleCertificate(over: Partial<CertificateFile> = {}): CertificateFile {
  const { epsilon, delta, account, events, shareLearned, spentEpsilon, capEpsilon, capDelta, noise } = sampleReceipt();
  return certificateFile.parse({
    format: "dpsynth-certificate",
    version: 1,
    createdAt: "2026-01-15T09:31:00Z",
    tool: TOOL,
    dataset: "people",
    privacy: {
      ...{ epsilon, delta, account, events, shareLearned, spentEpsilon, capEpsilon, capDelta, noise },
      unit: "one person, with one row",
      neighbours: "tables that differ by adding or removing one person",
      mechanism: "MST: discrete Gaussian marginals, exponential mechanism",
    },
    publicByDeclaration: sampleReport().declarations,
    hashes: { model: HASH.model, schema: HASH.schema, release: HASH.release },
    ledger: { seq: 7, hash: HASH.ledger },
    outsideTheGuarantee: [
      { title: "File faults", text: "A file that is no table, has another header or is cut short stops the run before any row is read; that it did so is not hidden." },
      { title: "Timing", text: "How long a fit took is not hidden." },
    ],
    verdict: { verdict: "pass", policy: "public", attempts: 1 },
    ...over,
  } satisfies CertificateFile);
}
