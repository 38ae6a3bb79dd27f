import { type Command, Option } from "commander";
import { fault } from "../../base/errors.js";
import { COMPAT, type Compat } from "../../formats/compat.js";
import type { Utility } from "../../formats/report.js";
import { publicEpsilonFlag, wholeFlag } from "../numbers.js";
import type { Terminal } from "../terminal.js";
import { short } from "../words.js";
import { auditsItself, type EmpiricalFlags, withEmpirical } from "./empirical.js";
import { type CommonFlags, overridesOf, terminalOf, withOutput, withWorkspace } from "./shared.js";

type Decidable = { readonly title: string; readonly limit: number; readonly smallest: number; readonly decidable: boolean };

/** What the audit could decide, said before it runs. */
export function sayDecidable(t: Terminal): (rules: readonly Decidable[]) => void {
  return (rules) => {
    if (rules.length > 0) t.say("What this many targets can decide at best, were there one finding to each rule:");
    for (const r of rules)
      t.say(
        `  ${r.decidable ? "✓" : "✗"} ${r.title}: needs a limit of at least ${Number.isFinite(r.smallest) ? short(r.smallest) : "∞"}, has ${short(r.limit)}${r.decidable ? "" : " → cannot be decided"}`,
      );
  };
}

interface FileFlags {
  readonly release?: string;
  readonly train?: string;
  readonly holdout?: string;
  readonly reference?: string;
}

/** Release and parts as files: all that an audit needs, or none. */
function filesOf({ release, train, holdout, reference }: FileFlags): { release: string; train: string; holdout: string; reference?: string } | undefined {
  if (train === undefined && holdout === undefined && reference === undefined) return undefined;
  const next = "Name what the release was learnt from with --train and who was held out with --holdout; without both, the dataset's own split is used.";
  const missing = (flag: string) => fault("DPS-E114", flag, "given where parts are files", "missing", next);
  if (train === undefined) throw missing("--train");
  if (holdout === undefined) throw missing("--holdout");
  if (release === undefined) throw missing("--release");
  return { release, train, holdout, ...(reference === undefined ? {} : { reference }) };
}

interface UsefulnessFlags {
  readonly predict?: string;
  readonly compat?: Compat[];
  readonly features?: string[];
}

const namesFlag = (text: string): string[] => text.split(",").map((name) => name.trim());

/** `none` takes back what the configuration names. */
const attacksFlag = (text: string): string[] => (text.trim() === "none" ? [] : namesFlag(text));

function compatFlag(text: string): Compat[] {
  const known: readonly string[] = COMPAT;
  const names = namesFlag(text);
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw fault("DPS-E109", "--compat", `one or more of ${known.join(", ")}, with commas`, `"${wrong}"`, "Name the tools whose scores are wanted.");
  return names as Compat[];
}

function usefulnessOf({ predict, compat, features }: UsefulnessFlags): UsefulnessFlags {
  return { ...(predict === undefined ? {} : { predict }), ...(compat === undefined ? {} : { compat }), ...(features === undefined ? {} : { features }) };
}

/** Which columns hold cells that the schema does not allow: what is measured of them is measured after coercion. */
function sayConformity(t: Terminal, conformity: Utility["conformity"]): void {
  if (conformity === null) return;
  for (const [name, side] of [["the release", conformity.release] as const, ["the real rows", conformity.real] as const]) {
    const cells = (column: (typeof side.columns)[number]): number => (column.nullable ? 0 : column.nulls) + column.unseen + column.unparsable + column.outOfBounds;
    const bad = side.columns.filter((column) => cells(column) > 0);
    if (bad.length > 0)
      t.say(
        `Cells that the schema does not allow in ${name}: ${bad
          .slice(0, 5)
          .map((column) => `${column.name} ${cells(column)}`)
          .join(", ")}${bad.length > 5 ? `, and ${bad.length - 5} more columns` : ""} of ${side.rows} rows.`,
      );
  }
}

/** Other tools' scores, in a line each. */
function sayCompat(t: Terminal, compat: Utility["compat"]): void {
  const show = (score: number | null): string => (score === null ? "–" : score.toFixed(4));
  if (compat?.sdmetrics)
    t.say(
      `sdmetrics ${compat.sdmetrics.version}: quality ${show(compat.sdmetrics.quality.overall)} (all pairs ${show(compat.sdmetrics.quality.overallAllPairs)}), diagnostic ${show(compat.sdmetrics.diagnostic.overall)}.`,
    );
  if (compat?.kMarginal)
    t.say(
      `NIST k-marginal over ${compat.kMarginal.features.length} columns: ${compat.kMarginal.score.toFixed(1)}${compat.kMarginal.unseenScore === null ? "" : ` (other real rows: ${compat.kMarginal.unseenScore.toFixed(1)})`}.`,
    );
}

export function addAudit(program: Command): void {
  withEmpirical(withWorkspace(program.command("audit").description("attack the release with train, holdout and reference parts; INTERNAL; recorded in the ledger")))
    .option("--release <file>", "the release (default: the newest of the dataset in this folder)")
    .option("--train <file>", "with --holdout, --release and --schema: audit files of any origin. What the release was learnt from")
    .option("--holdout <file>", "people of the same population that the release never saw")
    .option("--reference <file>", "more such people, whom the attacker may know")
    .option("--reports <folder>", "folder of the reports")
    .option("--policy <name|file>", "public, controlled, internal, or a policy file")
    .option("--model <file>", "the model")
    .option("--targets <n>", "targets per attack", wholeFlag("--targets", 1))
    .option("--seed <seed>", "seed of the attacks")
    .option("--skip <attacks>", "attacks not to be made, by name with commas between, or none; the report lists them, and rules that need them cannot pass", attacksFlag)
    .option("--shadow-fits", "also attack with 195 fits of the same generator on the reference part (slow)")
    .option("--no-shadow-fits", "without them, whatever the configuration says")
    .option("--most <n>", "people of each part, and released rows, that attacks try at most; a seeded sample of larger tables (default: 100000)", wholeFlag("--most", 100))
    .option("--public <epsilon>", "publish counts of the attacks with exact noise at this ε, charged to the budget first: public-findings.json", publicEpsilonFlag)
    .option("--predict <column>", "the column that models learn to predict (default: the sensitive ones)")
    .option("--compat <tools>", "scores as other tools define them, in the report: sdmetrics, nist (k-marginal)", compatFlag)
    .option("--features <columns>", "columns of the k-marginal score (default: all)", namesFlag)
    .action(async (flags: EmpiricalFlags & FileFlags & UsefulnessFlags & { public?: number; most?: number; targets?: number; seed?: string }) => {
      const t = terminalOf(flags);
      if (await auditsItself(t, flags)) return;
      const files = filesOf(flags);
      if (files !== undefined && flags.public !== undefined)
        throw fault("DPS-E119", "--public", "for the dataset's own table", "given with parts as files", "No budget stands behind parts that are handed in: leave --public out.");
      const [{ onRelease, openWorkspace }, { audit }] = await Promise.all([import("../../app/workspace.js"), import("../../app/audit.js")]);
      const workspace = openWorkspace(overridesOf(flags), process.env, files === undefined ? {} : onRelease(files.release));
      const result = await audit(workspace, { ...flags, files, publicEpsilon: flags.public, usefulness: usefulnessOf(flags), progress: t.progress, onDecidable: sayDecidable(t) });
      if (t.json) t.print(JSON.stringify(result.report));
      t.say(`${result.report.findings.length} findings in ${result.path} (INTERNAL).`);
      if (result.published !== null)
        t.say(
          `${result.published.file.findings.length} counts with noise in ${result.published.path}, for ε = ${result.published.file.privacy.epsilon} beyond the fit's (entry ${result.published.file.privacy.ledger.seq}).`,
        );
      if (result.report.utility !== null) {
        t.say(result.report.utility.summary);
        sayConformity(t, result.report.utility.conformity);
        sayCompat(t, result.report.utility.compat);
      }
    });
}

export function addReport(program: Command): void {
  withWorkspace(program.command("report").description("report.json → report.html (INTERNAL) and certificate.html (for outside)"))
    .option("--reports <folder>", "folder of the reports")
    .action(async (flags: CommonFlags) => {
      const t = terminalOf(flags);
      const [{ onRelease, openWorkspace }, { writeReport }] = await Promise.all([import("../../app/workspace.js"), import("../../app/report.js")]);
      const result = await writeReport(openWorkspace(overridesOf(flags), process.env, { ...onRelease(undefined), schema: "(none)" }));
      if (t.json) t.print(JSON.stringify(result));
      t.say(`Report: ${result.html}${result.certificateHtml === null ? "" : `; certificate: ${result.certificateHtml}`}`);
    });
}

export function addGate(program: Command): void {
  withWorkspace(program.command("gate").description("policy × report × ledger → verdict; exit 0 pass, 1 fail, 4 inconclusive"))
    .option("--release <file>", "the release (default: the newest of the dataset in this folder)")
    .option("--reports <folder>", "folder of the reports")
    .option("--policy <name|file>", "public, controlled, internal, or a policy file")
    .option("--model <file>", "the model")
    .addOption(new Option("--format <format>", "of the verdict on stdout").choices(["text", "json", "junit", "github"]))
    .option("--sign <name>", "put on record who accepts this verdict")
    .option("--note <text>", "why, with --sign")
    .action(async (flags: CommonFlags & { release?: string; sign?: string; note?: string; format?: "text" | "json" | "junit" | "github" }) => {
      const t = terminalOf(flags);
      const [{ onRelease, openWorkspace }, { gate, verdictText }] = await Promise.all([import("../../app/workspace.js"), import("../../app/gate.js")]);
      const result = await gate(openWorkspace(overridesOf(flags), process.env, onRelease(flags.release)), flags);
      t.print(verdictText(result.verdict, flags.format ?? (t.json ? "json" : "text")));
      if (flags.sign !== undefined) t.say(`Signed by ${flags.sign}; on record in the ledger.`);
      process.exitCode = result.exit;
    });
}

export function addVerify(program: Command): void {
  withOutput(
    program
      .command("verify")
      .description("re-derive a release and its price without the data")
      .argument("<manifest>", "release.manifest.json")
      .option("--budgets <folder>", "folder of the budgets (default: that of the configuration, else privacy-budgets)")
      .option("--findings <file>", "public-findings.json of this release: its price, noise and ledger entry too"),
  ).action(async (manifest: string, flags: CommonFlags & { findings?: string }) => {
    const t = terminalOf(flags);
    const [{ budgetsFolder }, { verify }] = await Promise.all([import("../../app/workspace.js"), import("../../app/verify.js")]);
    const result = await verify(manifest, { budgets: budgetsFolder(flags.budgets), findings: flags.findings, progress: t.progress });
    if (t.json) t.print(JSON.stringify({ sound: result.sound, checks: result.checks }));
    else t.print([...result.checks.map((c) => `${c.ok ? "✓" : "✗"} ${c.name}: ${c.detail}`), ...(result.ledger === null ? ["· ledger: not here, so not checked"] : [])].join("\n"));
    if (!result.sound) process.exitCode = 1;
  });
}
