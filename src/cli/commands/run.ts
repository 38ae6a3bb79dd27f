import type { Command } from "commander";
import type { RunListener, RunResult } from "../../app/run.js";
import type { Terminal } from "../terminal.js";
import { receiptLines } from "../words.js";
import { sayDecidable } from "./audit.js";
import { confirmSpend } from "./fit.js";
import { type CommonFlags, overridesOf, terminalOf, withOutput, withWorkspace } from "./shared.js";

const STAGES = { budget: "Budget", split: "Split", fit: "Fit", sample: "Sample", audit: "Audit", gate: "Gate" };

function listener(t: Terminal, yes: boolean): RunListener {
  return {
    confirm: async (plan) => {
      await confirmSpend(t, plan, yes);
      return true;
    },
    stage: (name) => t.say(t.strong(STAGES[name])),
    progress: t.progress,
    onDecidable: sayDecidable(t),
  };
}

async function finish(t: Terminal, result: RunResult): Promise<void> {
  const { verdictText } = await import("../../app/gate.js");
  for (const line of receiptLines(result.fit.model.receipt)) t.say(line);
  t.say(`Release: ${result.sample.manifest.release.rows} rows in ${result.sample.manifest.release.file}; manifest in ${result.sample.manifestPath}`);
  if (result.audit.report.utility !== null) t.say(result.audit.report.utility.summary);
  t.print(t.json ? JSON.stringify({ receipt: result.fit.model.receipt, manifest: result.sample.manifest, verdict: result.gate.verdict }) : verdictText(result.gate.verdict, "text"));
  t.say(`Report: ${result.gate.html}`);
  process.exitCode = result.gate.exit;
}

export function addRun(program: Command): void {
  withWorkspace(program.command("run").description("budget, split, plan, fit, sample, audit, report and gate from dpsynth.config.json"))
    .option("--policy <name|file>", "public, controlled, internal, or a policy file")
    .option("--attach", "record a changed or new table as a version of the dataset (its first table always is)")
    .option("-y, --yes", "spend without asking")
    .action(async (flags: CommonFlags & { attach?: boolean }) => {
      const t = terminalOf(flags);
      const [{ openWorkspace }, { run }] = await Promise.all([import("../../app/workspace.js"), import("../../app/run.js")]);
      await finish(t, await run(openWorkspace(overridesOf(flags)), listener(t, flags.yes === true), { attach: flags.attach }));
    });
}

export function addDemo(program: Command): void {
  withOutput(program.command("demo").description("make a table of 50,000 invented people in a new folder and do the whole job on it").argument("[folder]", "where (default: dpsynth-demo)")).action(
    async (folder: string | undefined, flags: CommonFlags) => {
      const t = terminalOf(flags);
      const { demo } = await import("../../app/demo/demo.js");
      const { root, result } = await demo(folder ?? "dpsynth-demo", listener(t, true), (line) => t.say(line));
      await finish(t, result);
      t.say(`Everything is in ${root}. Open ${root}/${result.gate.html} in a browser.`);
    },
  );
}
