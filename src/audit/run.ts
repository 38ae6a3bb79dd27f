import type { Progress } from "../domain/progress.js";
import type { Finding, ReportFile, Utility } from "../formats/report.js";
import type { EncodedTable } from "../table/encoded.js";
import { ATTACKS } from "./attacks/index.js";
import { type AuditContext, auditContext, type ModelTables, type NoisyTable, type ShadowFit, unitsIn } from "./context.js";
import type { DeclaredPrice } from "./stats/theory.js";
import { largestMissed, MOST_TRIED, missedWords, type Subsample, subsample } from "./subsample.js";
import { measureUtility, type UtilityOptions } from "./utility/measure.js";

export interface AuditInput {
  /** All parts in one table, with values, parts and units. A table without parts counts as train only. */
  readonly real: EncodedTable;
  /** The same domain, with values. */
  readonly release: EncodedTable;
  /** The model's cliques as column indices; null for anybody's release. */
  readonly cliques: readonly (readonly number[])[] | null;
  /** The model's noisy measurements; the white-box attack needs them. */
  readonly measurements?: readonly NoisyTable[] | null;
  /** What the model draws its rows from. */
  readonly modelTables?: ModelTables | null;
  /** Repeats the fit on other people; attacks by shadow fits need it. */
  readonly shadowFit?: ShadowFit | null;
  /** Declared price; null where nothing is promised. */
  readonly ceiling: DeclaredPrice | null;
  readonly seed: string;
  /** Units attacked per part, at most. */
  readonly targets: number;
  /** Units of each part, and released rows, that attacks try at most; {@link MOST_TRIED} where absent. */
  readonly most?: number;
  /** Names of attacks not to be made. */
  readonly skip?: readonly string[];
  readonly progress?: Progress;
  /** What is asked of usefulness beyond the default. */
  readonly utility?: UtilityOptions;
}

export interface AuditResult {
  readonly findings: Finding[];
  readonly utility: Utility;
  /** Sizes in units; the release in rows. */
  readonly parts: ReportFile["parts"];
  readonly switchedOff: ReportFile["switchedOff"];
  readonly subsample: ReportFile["subsample"];
  readonly limits: string[];
}

/**
 * The audit's suite. The same tables in any row order and the same seed give the same findings.
 * Missing parts never throw: what cannot be said has a null estimate or a null excess.
 */
export async function runAudit(input: AuditInput): Promise<AuditResult> {
  const whole = auditContext(input);
  const sample = subsample(whole, input.most ?? MOST_TRIED);
  const context = sample === null ? whole : auditContext({ ...input, ...sample, shadowFit: onSample(input.shadowFit, sample.rows) });
  const skip = input.skip ?? [];
  const findings: Finding[] = [];
  for (const attack of ATTACKS) {
    if (skip.includes(attack.name)) continue;
    findings.push(...(await attack.run(attack.whole === true ? whole : context)));
    await breathe();
  }
  const utility = await measureUtility(context, input.utility ?? {}, breathe);
  const off = ATTACKS.filter(({ name }) => skip.includes(name)).map(({ name, families }) => ({ name, families: [...families], why: "switched off by name" }));
  return { findings, utility, parts: partSizes(whole), switchedOff: off, subsample: sampled(sample), limits: [...limits(context), ...(sample === null ? [] : [missedWords(sample, whole.unit)])] };
}

/** A generator that knows the whole table, asked by rows of the sample. */
function onSample(fit: ShadowFit | null | undefined, rows: Uint32Array): ShadowFit | null {
  return fit === null || fit === undefined
    ? null
    : (chosen, seed) =>
        fit(
          chosen.map((row) => rows[row]),
          seed,
        );
}

function sampled(sample: Subsample | null): ReportFile["subsample"] {
  if (sample === null) return null;
  const { train, holdout, reference, released } = sample;
  return { train, holdout, reference, released, largestMissed: largestMissed(train) };
}

/** Lets a progress bar draw, and an interrupt arrive, between attacks. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function partSizes(context: AuditContext): ReportFile["parts"] {
  const { units } = context.real;
  return {
    train: unitsIn(context.train, units),
    holdout: unitsIn(context.holdout, units),
    reference: unitsIn(context.reference, units),
    release: context.release.rows,
    unit: context.unit,
  };
}

function limits(context: AuditContext): string[] {
  const out = [
    "Attacks find leaks; they cannot prove that there are none. The guarantee is the differential privacy of the fit, not this page.",
    context.shadowFit === null
      ? "Attacks here see one release. An attacker who can repeat the fit, or who holds other releases of the same people, was not tried."
      : "Attacks here see one release. An attacker who holds other releases of the same people was not tried.",
  ];
  if (context.holdoutUnits.length === 0) out.push("There is no holdout: no attack has a control, and the verdict can only be inconclusive.");
  if (context.referenceUnits.length === 0) out.push("There is no reference part: half of the holdout, or nothing, stood for the population.");
  if (context.release.rows === 0) out.push("The release has no rows.");
  const unseen = context.holdout.length + context.reference.length;
  if (unseen > 0 && unseen < context.release.rows)
    out.push(`Real rows for comparison are ${unseen}, fewer than the release's ${context.release.rows}: their distance from the train part is on the high side.`);
  return out;
}
