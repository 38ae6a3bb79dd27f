import { type Command, Option } from "commander";
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

export function addAudit(program: Command): void {
  withWorkspace(program.command("audit").description("attack the release with train, holdout and reference parts; INTERNAL; recorded in the ledger"))
    .option("--release <file>", "the release (default: the newest of the dataset in this folder)")
    .option("--reports <folder>", "folder of the reports")
    .option("--policy <name|file>", "public, controlled, internal, or a policy file")
    .option("--model <file>", "the model")
    .option("--targets <n>", "targets per attack", wholeFlag("--targets", 1))
    .option("--seed <seed>", "seed of the attacks")
    .action(async (flags: CommonFlags & { release?: string; targets?: number; seed?: string }) => {
      const t = terminalOf(flags);
      const [{ openWorkspace }, { audit }] = await Promise.all([import("../../app/workspace.js"), import("../../app/audit.js")]);
      const result = await audit(openWorkspace(overridesOf(flags)), { ...flags, progress: t.progress, onDecidable: sayDecidable(t) });
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
      const [{ openWorkspace }, { writeReport }] = await Promise.all([import("../../app/workspace.js"), import("../../app/report.js")]);
      const result = await writeReport(openWorkspace(overridesOf(flags)));
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
      const [{ openWorkspace }, { gate, verdictText }] = await Promise.all([import("../../app/workspace.js"), import("../../app/gate.js")]);
      const result = await gate(openWorkspace(overridesOf(flags)), flags);
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
