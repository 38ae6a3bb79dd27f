import type { Command } from "commander";
import { Option } from "commander";
import type { ReleasesRequest } from "../../app/releases.js";
import type { SampleResult } from "../../app/sample.js";
import { EXIT, fault } from "../../base/errors.js";
import { ACCOUNTINGS, type AccountingName, METHODS, type MethodName } from "../../formats/method.js";
import { epsilonFlag, megabytesFlag, wholeFlag } from "../numbers.js";
import type { Terminal } from "../terminal.js";
import { claimLines, planLines, receiptLines } from "../words.js";
import { type CommonFlags, overridesOf, terminalOf, withOutput, withWorkspace } from "./shared.js";

interface FitFlags extends CommonFlags {
  readonly workload?: string;
  readonly maxModelSize?: number;
  readonly epsilon?: number;
  readonly method?: MethodName;
  readonly accounting?: AccountingName;
  readonly rows?: number;
  readonly part?: "train" | "all";
  readonly idempotencyKey?: string;
  readonly fromMarginals?: string;
}

const method = (): Option => new Option("--method <name>", "how to choose marginals").choices(METHODS);

const accounting = (): Option =>
  new Option(
    "--accounting <way>",
    "how ε is priced: zcdp, where fits add up; alone, mostly with less noise: gdp for every method, pld for mst and independent; auto (default): alone where the fit takes all of an untouched budget and has less noise so, else zcdp",
  ).choices(ACCOUNTINGS);

export function addPlan(program: Command): void {
  withWorkspace(program.command("plan").description("what a fit would cost, expected error per marginal, time and memory; touches no data"))
    .option("--epsilon <ε>", "privacy loss of the fit", epsilonFlag)
    .addOption(method())
    .addOption(accounting())
    .option("--workload <file>", "marginals that aim is to serve: a JSON list of lists of column names (default: all pairs)")
    .option("--max-model-size <MB>", "how large aim's model may grow (default: 8)", megabytesFlag)
    .option("-n, --rows <n>", "a public guess of the row count", wholeFlag("--rows", 0))
    .option("--all", "every marginal, not only the largest")
    .action(async (flags: FitFlags & { all?: boolean }) => {
      const t = terminalOf(flags);
      const [{ openWorkspace }, { planOf }] = await Promise.all([import("../../app/workspace.js"), import("../../app/plan.js")]);
      const plan = await planOf(openWorkspace(overridesOf(flags)), { ...flags, both: true });
      if (t.json) {
        t.print(JSON.stringify(plan));
        return;
      }
      t.print(planLines(plan).join("\n"));
      if (flags.all === true)
        for (const m of [...plan.fit.oneWay, ...plan.fit.pairs])
          t.print(`  ${m.columns.join(" × ")}: ${m.cells} cells, σ ${m.sigma.toPrecision(3)}, expected TVD ${m.expectedTvd?.toPrecision(3) ?? (plan.rows === 0 ? "–" : "give --rows")}`);
    });
}

/** Show a plan and ask; without a terminal, --yes is needed. Throws where the answer is no. */
export async function confirmSpend(t: Terminal, plan: Parameters<typeof planLines>[0], yes: boolean): Promise<void> {
  for (const line of planLines(plan)) t.say(line);
  if (yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw fault("DPS-E112", "--yes", "given where nobody can be asked", "missing", "Add --yes to spend without being asked. Nothing was spent.");
  if (!(await t.confirm(`Spend ε = ${plan.epsilon}${plan.ledger.closes ? " and close the ledger" : ""}?`)))
    throw fault("DPS-E113", "fit", "confirmed before it spends", "declined", "Nothing was spent.", EXIT.usage);
}

export function addFit(program: Command): void {
  withWorkspace(program.command("fit").description("learn a model from the train part under differential privacy; asks before it spends"))
    .option("--epsilon <ε>", "privacy loss of the fit", epsilonFlag)
    .addOption(method())
    .addOption(accounting())
    .option("--workload <file>", "marginals that aim is to serve: a JSON list of lists of column names (default: all pairs)")
    .option("--max-model-size <MB>", "how large aim's model may grow (default: 8)", megabytesFlag)
    .option("--from-marginals <file>", "make the model of noisy tables that others measured: no table is opened and nothing is spent")
    .addOption(new Option("--part <part>", "what to learn from; `all` is for a refit after a pass").choices(["train", "all"]))
    .option("--model <file>", "where the model goes (default: DATASET.model.json)")
    .option("--idempotency-key <key>", "the same key never pays twice")
    .option("-o, --output <file>", "also draw a release: a .csv, .parquet, .arrow or .jsonl file")
    .option("-n, --rows <n>", "rows of that release (default: the noisy size of the whole table)", wholeFlag("--rows", 0))
    .option("--seed <seed>", "seed of that release (default: 1)")
    .option("-y, --yes", "spend without asking")
    .action(async (flags: FitFlags & { output?: string; seed?: string }) => {
      const t = terminalOf(flags);
      if (flags.fromMarginals !== undefined) {
        await fromMarginals(t, flags, flags.fromMarginals);
        return;
      }
      const [{ openWorkspace }, { planOf }, { fit }] = await Promise.all([import("../../app/workspace.js"), import("../../app/plan.js"), import("../../app/fit.js")]);
      const workspace = openWorkspace(overridesOf(flags));
      if (flags.output !== undefined) (await import("../../app/sample.js")).formatOf(flags.output); // an ending that nothing can be written to is found before the spend
      await confirmSpend(t, await planOf(workspace, flags), flags.yes === true);
      const result = await fit(workspace, { ...flags, progress: t.progress });
      const drawn = flags.output === undefined ? undefined : await drawRelease(t, result.path, flags.output, flags.rows, flags.seed ?? "1");
      if (t.json) t.print(JSON.stringify({ model: result.path, sha256: result.sha256, receipt: result.model.receipt, ...(drawn === undefined ? {} : { manifest: drawn.manifest }) }));
      for (const line of receiptLines(result.model.receipt)) t.say(line);
      t.say(`Model: ${result.path}`);
    });
}

/** What a spend would need has no place where nothing is spent. */
const SPENDING = ["epsilon", "method", "accounting", "workload", "maxModelSize", "part", "idempotencyKey"] as const;

async function fromMarginals(t: Terminal, flags: FitFlags & { output?: string; seed?: string }, file: string): Promise<void> {
  const odd = SPENDING.find((name) => flags[name] !== undefined);
  if (odd !== undefined) {
    const flag = `--${odd.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw fault("DPS-E115", flag, "left out with --from-marginals", "given", "The tables are measured already: nothing is spent and nothing is chosen. Leave it out.");
  }
  const { fitFromMarginals } = await import("../../app/from-marginals.js");
  const { path, sha256, receipt } = await fitFromMarginals(file, overridesOf(flags), t.progress);
  const drawn = flags.output === undefined ? undefined : await drawRelease(t, path, flags.output, flags.rows, flags.seed ?? "1");
  if (t.json) t.print(JSON.stringify({ model: path, sha256, receipt, ...(drawn === undefined ? {} : { manifest: drawn.manifest }) }));
  for (const line of claimLines(receipt)) t.say(line);
  t.say(`Model: ${path}`);
}

async function drawRelease(t: Terminal, model: string, output: string, rows: number | undefined, seed: string): Promise<SampleResult> {
  const { sample } = await import("../../app/sample.js");
  const result = await sample({ model, output, rows, seed, progress: t.progress });
  t.say(`${result.manifest.release.rows} synthetic rows in ${output}; manifest in ${result.manifestPath}.`);
  return result;
}

export function addSample(program: Command): void {
  withOutput(
    program
      .command("sample")
      .description("draw synthetic rows from a model; no data is near")
      .option("-n, --rows <n>", "rows to draw (default: the noisy size of the whole table)", wholeFlag("--rows", 0))
      .option("--seed <seed>", "seed of the rows; the same model and seed give the same rows")
      .option("--releases <m>", "draw m sets of rows, each a release with its manifest: name.1.csv to name.m.csv", wholeFlag("--releases", 1))
      .option("-o, --output <file>", "a .csv, .parquet, .arrow or .jsonl file")
      .option("--model <file>", "the model (default: that of the configuration)")
      .option("--config <file>", "configuration file (default: dpsynth.config.json)")
      .option("--dataset <name>", "name of the dataset"),
  ).action(async (flags: CommonFlags & { rows?: number; seed?: string; output?: string; releases?: number }) => {
    const t = terminalOf(flags);
    const { hasConfig, openWorkspace } = await import("../../app/workspace.js");
    const standalone = flags.model !== undefined && flags.output !== undefined;
    const overrides = overridesOf(flags);
    const workspace = standalone && !hasConfig(overrides) ? undefined : openWorkspace(overrides);
    const defaults = workspace?.config.sample;
    const model = flags.model ?? (workspace?.model as string);
    const output = flags.output ?? defaults?.output ?? `${workspace?.dataset}.release.csv`;
    const [rows, seed] = [flags.rows ?? defaults?.rows, String(flags.seed ?? defaults?.seed ?? 1)];
    if (flags.releases !== undefined) {
      await drawReleases(t, { model, output, rows, seed, releases: flags.releases, progress: t.progress });
      return;
    }
    const result = await drawRelease(t, model, output, rows, seed);
    if (t.json) t.print(JSON.stringify(result.manifest));
  });
}

async function drawReleases(t: Terminal, request: ReleasesRequest): Promise<void> {
  const { sampleReleases } = await import("../../app/releases.js");
  const results = await sampleReleases(request);
  if (t.json) t.print(JSON.stringify({ releases: results.map(({ manifest }) => manifest) }));
  const [first, last] = [results[0], results[results.length - 1]].map(({ manifest }) => manifest.release);
  t.say(`${results.length} sets of ${first.rows} synthetic rows, ${first.file} to ${last.file}, each with its manifest.`);
}
