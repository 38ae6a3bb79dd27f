import { normalQuantile } from "../base/normal.js";
import type { PolicyFile } from "../formats/policy.js";

/** Sizes known before an audit: targets whose rows were learnt from, controls whose rows were not, findings per family. */
export interface AuditSizes {
  readonly targets: number;
  readonly controls: number;
  /** Findings that each family will have; 1 where absent. */
  readonly findings?: Readonly<Record<string, number>>;
}

export interface Decidable {
  readonly rule: string;
  readonly title: string;
  readonly limit: number;
  /** Smallest limit (as an excess, or an estimate for `estimate-at-most`) that a harmless release would meet with probability 0.8; infinite without targets. */
  readonly smallest: number;
  readonly decidable: boolean;
}

/**
 * What this many targets can decide, rule by rule. Rates are taken at their widest, ½, and an AUC at chance, where its variance is
 * (n + m + 1)/(12nm). Tripwires need no power and are left out.
 */
export function smallestDecidable(policy: PolicyFile, sizes: AuditSizes): Decidable[] {
  const out: Decidable[] = [];
  for (const rule of policy.rules) {
    if ((rule.kind !== "excess-at-most" && rule.kind !== "estimate-at-most") || rule.decides === "violation") continue;
    const auc = rule.kind === "estimate-at-most" && rule.measure === "auc";
    const { targets: n, controls: m } = sizes;
    const error = n > 0 && m > 0 ? Math.sqrt(auc ? (n + m + 1) / (12 * n * m) : 0.25 * (1 / n + 1 / m)) : Number.POSITIVE_INFINITY;
    const z = normalQuantile(1 - (1 - rule.level) / (sizes.findings?.[rule.family] ?? 1)) + normalQuantile(0.8);
    const smallest = (auc ? 0.5 : 0) + z * error;
    out.push({ rule: rule.id, title: rule.title, limit: rule.limit, smallest, decidable: smallest <= rule.limit });
  }
  return out;
}
