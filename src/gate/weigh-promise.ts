import type { Finding } from "../formats/report.js";
import { conclude, type RuleVerdict, shown } from "./rule-verdict.js";

const PROMISE = {
  id: "empirical-epsilon",
  title: "No test proves a larger ε than is promised",
  source: "Definition of differential privacy: an ε that is proved to be larger than the declared one is a defect of the software",
  severity: "block",
} as const;

/**
 * A hard rule of every policy, used one way: a lower bound above the promise fails, whatever else is said; one below it proves nothing and
 * helps no release to pass. No line where nothing was tested.
 */
export function weighPromise(findings: readonly Finding[]): RuleVerdict[] {
  const tested = findings.filter((f) => f.family === "mechanism");
  if (tested.length === 0) return [];
  const broken = tested.find((f) => f.estimate !== null && f.theoryCeiling !== null && f.estimate > f.theoryCeiling);
  if (broken !== undefined) {
    const [least, promised] = [broken.estimate as number, broken.theoryCeiling as number];
    const reason = `“${broken.title}” is at least ${shown(least)} (${shown(100 * broken.level)} % sure), while ${shown(promised)} is promised: the software does not keep its promise.`;
    return [conclude(PROMISE, "fail", reason, { measured: least, bound: least, limit: promised })];
  }
  const unclear = tested.find((f) => !Number.isFinite(f.estimate ?? Number.NaN) || !Number.isFinite(f.theoryCeiling ?? Number.NaN));
  if (unclear !== undefined) return [conclude(PROMISE, "inconclusive", `“${unclear.title}” has no number to compare with what is promised.`)];
  const [nearest] = [...tested].sort((a, b) => distance(a) - distance(b));
  const reason = `Nothing above the promise is proved: at most ${shown(nearest.estimate as number)} of ${shown(nearest.theoryCeiling as number)}. A lower bound cannot show that a promise is kept.`;
  return [conclude(PROMISE, "pass", reason, { measured: nearest.estimate, bound: nearest.estimate, limit: nearest.theoryCeiling })];
}

/** How far below its promise a bound is, as a share of the promise. */
function distance({ estimate, theoryCeiling }: Finding): number {
  return 1 - (estimate as number) / (theoryCeiling as number);
}
