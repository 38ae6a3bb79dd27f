import { type Command, Option } from "commander";
import { fault } from "../../base/errors.js";
import { wholeFlag } from "../numbers.js";
import type { Terminal } from "../terminal.js";
import { short } from "../words.js";
import { type CommonFlags, overridesOf, terminalOf, withOutput, withWorkspace } from "./shared.js";

type Decidable = { readonly title: string; readonly limit: number; readonly smallest: number; readonly decidable: boolean };

/** What the audit could decide, said before it runs. */
export function sayDecidable(t: Terminal): (rules: readonly Decidable[]) => void {
  return (rules) => {
    if (rules.length > 0) t.say("What this many targets can decide:");
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

export function addAudit(program: Command): void {
  withWorkspace(program.command("audit").description("attack the release with train, holdout and reference parts; INTERNAL; recorded in the ledger"))
    .option("--release <file>", "the release (default: the newest of the dataset in this folder)")
    .option("--train <file>", "with --holdout, --release and --schema: audit files of any origin. What the release was learnt from")
    .option("--holdout <file>", "people of the same population that the release never saw")
    .option("--reference <file>", "more such people, whom the attacker may know")
    .option("--reports <folder>", "folder of the reports")
    .option("--policy <name|file>", "public, controlled, internal, or a policy file")
    .option("--model <file>", "the model")
    .option("--targets <n>", "targets per attack", wholeFlag("--targets", 1))
    .option("--seed <seed>", "seed of the attacks")
    .action(async (flags: CommonFlags & FileFlags & { targets?: number; seed?: string }) => {
      const t = terminalOf(flags);
      const files = filesOf(flags);
      const [{ onRelease, openWorkspace }, { audit }] = await Promise.all([import("../../app/workspace.js"), import("../../app/audit.js")]);
      const workspace = openWorkspace(overridesOf(flags), process.env, files === undefined ? {} : onRelease(files.release));
      const result = await audit(workspace, { ...flags, files, progress: t.progress, onDecidable: sayDecidable(t) });
      if (t.json) t.print(JSON.stringify(result.report));
      t.say(`${result.report.findings.length} findings in ${result.path} (INTERNAL).`);
      if (result.report.utility !== null) t.say(result.report.utility.summary);
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
      .option("--budgets <folder>", "folder of the budgets (default: that of the configuration, else privacy-budgets)"),
  ).action(async (manifest: string, flags: CommonFlags) => {
    const t = terminalOf(flags);
    const [{ budgetsFolder }, { verify }] = await Promise.all([import("../../app/workspace.js"), import("../../app/verify.js")]);
    const result = await verify(manifest, budgetsFolder(flags.budgets), t.progress);
    if (t.json) t.print(JSON.stringify({ sound: result.sound, checks: result.checks }));
    else t.print([...result.checks.map((c) => `${c.ok ? "✓" : "✗"} ${c.name}: ${c.detail}`), ...(result.ledger === null ? ["· ledger: not here, so not checked"] : [])].join("\n"));
    if (!result.sound) process.exitCode = 1;
  });
}
