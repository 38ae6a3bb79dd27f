import { type PolicyFile, type PolicyRule, policyFile } from "../formats/policy.js";

export const PROFILE_NAMES = ["public", "controlled", "internal"] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** A named policy. The limits are ours to argue and the user's to change; each says where it comes from. */
export function profile(name: ProfileName): PolicyFile {
  return policyFile.parse({ version: 1, name, title: TITLES[name], rules: rules(LIMITS[name]) });
}

const TITLES = {
  public: "Anybody may have the release",
  controlled: "Named recipients under contract may have the release",
  internal: "The release stays inside the organisation",
};

interface Limits {
  readonly epsilon: number;
  readonly delta: number;
  /** δ × learnt units. */
  readonly deltaTimesUnits: number;
  readonly risk: number;
  readonly auc: number;
  readonly tpr: number;
  readonly copies: "block" | "warn";
  readonly holdout: { readonly units: number; readonly share: number };
  readonly rowsRatio: number;
  readonly attempts: number;
}

const LIMITS: Record<ProfileName, Limits> = {
  public: { epsilon: 3, delta: 1e-6, deltaTimesUnits: 0.1, risk: 0.09, auc: 0.6, tpr: 0.05, copies: "block", holdout: { units: 1000, share: 0.1 }, rowsRatio: 1.5, attempts: 3 },
  controlled: { epsilon: 6, delta: 1e-5, deltaTimesUnits: 0.1, risk: 0.2, auc: 0.65, tpr: 0.1, copies: "block", holdout: { units: 500, share: 0 }, rowsRatio: 2, attempts: 5 },
  internal: { epsilon: 10, delta: 1e-4, deltaTimesUnits: 1, risk: 0.33, auc: 0.7, tpr: 0.2, copies: "warn", holdout: { units: 250, share: 0 }, rowsRatio: 5, attempts: 10 },
};

const CELL = "Cell sizes 11, 5 and 3 (1/11, 1/5, 1/3); EMA policy 0070 and Health Canada use .09 for public release";
const ORACLE = "Each answer of a gate is a release: trying until it passes is selection (Liu and Talwar 2019)";
const POWER = "Power: 1000 a side show an AUC of .532 with probability .8";

function rules(limits: Limits): PolicyRule[] {
  const block = { severity: "block" as const };
  const warn = { severity: "warn" as const };
  const both = { decides: "both" as const, level: 0.95 };
  const tripwire = { decides: "violation" as const, level: 0.999 };
  return [
    {
      ...block,
      id: "epsilon",
      title: "Privacy budget of the whole dataset (ε)",
      kind: "epsilon-at-most",
      limit: limits.epsilon,
      source: "Choice of this profile, argued from the theory ceilings; no regulator sets ε",
    },
    {
      ...block,
      id: "delta",
      title: "Chance that the promise fails (δ)",
      kind: "delta-at-most",
      limit: limits.delta,
      timesUnits: limits.deltaTimesUnits,
      source: "Convention: δ far below one over the number of people",
    },
    {
      ...block,
      id: "membership",
      title: "Telling who is in the data",
      kind: "estimate-at-most",
      family: "membership",
      measure: "auc",
      limit: limits.auc,
      ...both,
      source: "Advantage of about .2 (public), .3, .4",
    },
    { ...block, id: "singling-out", title: "Singling out one person", kind: "excess-at-most", family: "singling-out", limit: limits.risk, ...both, source: CELL },
    { ...block, id: "linkability", title: "Linking records of one person", kind: "excess-at-most", family: "linkability", limit: limits.risk, ...both, source: CELL },
    { ...block, id: "inference", title: "Guessing sensitive facts", kind: "excess-at-most", family: "inference", limit: limits.risk, ...both, source: CELL },
    {
      severity: limits.copies,
      id: "copies",
      title: "Copies of unique records",
      kind: "excess-at-most",
      family: "copies",
      limit: 0.01,
      ...tripwire,
      source: "Copy tripwire: one unique record in a hundred beyond chance",
    },
    {
      ...warn,
      id: "distance",
      title: "Closeness to the records learnt from",
      kind: "excess-at-most",
      family: "distance",
      limit: 0,
      ...tripwire,
      source: "Similarity is a tripwire only (Pilgram et al. 2025)",
    },
    {
      ...warn,
      id: "membership-tail",
      title: "Surest one per cent of membership guesses",
      kind: "estimate-at-most",
      family: "membership",
      measure: "tpr-at-1%-fpr",
      limit: limits.tpr,
      ...tripwire,
      source: "Carlini et al. 2022: attacks are judged at low false-positive rates",
    },
    { ...warn, id: "theory", title: "Below the ceiling that theory sets", kind: "below-theory-ceiling", family: "membership", source: "Dong, Roth and Su 2022: AUC ≤ Φ(μ/√2) under Gaussian noise" },
    { ...block, id: "holdout", title: "Enough people held out", kind: "holdout-at-least", ...limits.holdout, source: POWER },
    {
      ...block,
      id: "rows",
      title: "Rows released for each row learnt from",
      kind: "rows-ratio-at-most",
      limit: limits.rowsRatio,
      source: "1.5: a release as large as a table of which two thirds were learnt from; larger ones make averaging attacks stronger",
    },
    { ...block, id: "attempts", title: "Attempts on this fit", kind: "attempts-at-most", limit: limits.attempts, source: ORACLE },
  ];
}
