import { parse, toDouble } from "../base/rational.js";
import type { PrivacyEvent } from "../formats/event.js";
import type { Receipt } from "../formats/ledger.js";
import type { Finding } from "../formats/report.js";
import { figure } from "./numbers.js";

type Family = Finding["family"];

/** Each family as an officer would ask it, and the risk of WP216 (Article 29 Working Party, opinion 05/2014) it belongs to. */
export const FAMILY: Record<Family, { readonly title: string; readonly question: string; readonly risk: string }> = {
  membership: { title: "Who is in the data", question: "Can an attacker tell that a given person's record was used?", risk: "beside WP216: membership" },
  linkability: { title: "Linking records", question: "Can an attacker join two partial records of the same person through the release?", risk: "WP216: linkability" },
  inference: { title: "Guessing private facts", question: "Does having been in the data make a person's private facts easier to guess?", risk: "WP216: inference" },
  copies: { title: "Copied records", question: "Are unique real records reproduced more often than chance does it?", risk: "WP216: singling out" },
  distance: { title: "Too close to real records", question: "Do released rows lie closer to the people learnt from than to people held out?", risk: "a tripwire for WP216: singling out" },
  "singling-out": { title: "Singling out", question: "Do descriptions that fit one released row fit exactly one real person more often than chance does it?", risk: "WP216: singling out" },
  "class-size": {
    title: "How unique people are",
    question: "How many people does the table, or the population, hold once by what others know of them?",
    risk: "the table's own risk, before any release",
  },
  mechanism: { title: "The promise itself", question: "Does the software keep the ε that it declares?", risk: "beside WP216: the guarantee" },
  utility: { title: "Usefulness", question: "Does the release say the same as the data?", risk: "" },
};

export const OUTCOME = {
  pass: { word: "Pass", css: "pass" },
  fail: { word: "Fail", css: "fail" },
  inconclusive: { word: "Undecided", css: "open" },
  warn: { word: "Warning", css: "open" },
  none: { word: "Not judged", css: "open" },
} as const;
export type OutcomeName = keyof typeof OUTCOME;

/** "one row", "one person, with at most 3 rows". */
export function unitWords(unit: Receipt["unit"]): string {
  if (unit.kind === "row") return "one row";
  return unit.maxRows === 1 ? "one person, with one row" : `one person, with at most ${unit.maxRows} rows`;
}

/** How the noise of an event is described in a table: kind, what was asked, amount. */
export function eventWords(e: PrivacyEvent): { readonly kind: string; readonly asked: string; readonly amount: string; readonly sensitivity: string } {
  switch (e.type) {
    case "discrete-gaussian":
      return { kind: "Counts with discrete Gaussian noise", asked: e.query, amount: `standard deviation ${figure(Math.sqrt(rationalNumber(e.sigma2)))}`, sensitivity: `L2 ${e.l2Sensitivity}` };
    case "discrete-laplace":
      return { kind: "Counts with discrete Laplace noise", asked: e.query, amount: `scale ${figure(rationalNumber(e.scale))}`, sensitivity: `L1 ${e.l1Sensitivity}` };
    case "exponential":
      return { kind: "Choice by the exponential mechanism", asked: `${e.score}, ${e.candidates} candidates`, amount: `η ${figure(rationalNumber(e.eta))}`, sensitivity: `${e.sensitivity}` };
    case "threshold":
      return {
        kind: "Values whose noisy count is high enough",
        asked: e.query,
        amount: `standard deviation ${figure(Math.sqrt(rationalNumber(e.sigma2)))}, threshold ${e.threshold}, δ ${figure(rationalNumber(e.delta))}`,
        sensitivity: `L2 ${e.l2Sensitivity}`,
      };
  }
}

/** "p/q" as a double, for display. */
function rationalNumber(text: string): number {
  const r = parse(text);
  return r === undefined ? Number.NaN : toDouble(r);
}
