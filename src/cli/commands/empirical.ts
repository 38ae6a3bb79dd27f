import { type Command, Option } from "commander";
import { EXIT, fault } from "../../base/errors.js";
import type { EmpiricalFile } from "../../formats/empirical.js";
import { METHODS, type MethodName } from "../../formats/method.js";
import { deltaFlag, epsilonFlag, wholeFlag } from "../numbers.js";
import type { Terminal } from "../terminal.js";
import { short } from "../words.js";
import { type CommonFlags, overridesOf } from "./shared.js";

type Mechanism = Exclude<MethodName, "auto"> | "selection";

export interface EmpiricalFlags extends CommonFlags {
  readonly mechanism?: Mechanism;
  readonly oneRun?: boolean;
  readonly epsilon?: number;
  readonly delta?: number;
  readonly runs?: number;
  readonly method?: MethodName;
  readonly canaries?: number;
}

/** Flags of the two audits of the program itself. */
export function withEmpirical(command: Command): Command {
  return command
    .addOption(
      new Option("--mechanism <name>", "instead: which ε do fits of made-up worst-case tables prove? `selection` is the exponential mechanism alone").choices([
        ...METHODS.filter((m) => m !== "auto"),
        "selection",
      ]),
    )
    .option("--one-run", "instead: one twin fit with made-up records in it, paid for like a fit and never released")
    .option("--epsilon <ε>", "with --mechanism or --one-run: the promise under test", epsilonFlag)
    .option("--delta <δ>", "with --mechanism: its δ (default: 0.01; 0 tests a pure account)", deltaFlag)
    .option("--runs <n>", "with --mechanism: fits of each of two tables (default: 2000)", wholeFlag("--runs", 100))
    .addOption(new Option("--method <name>", "with --one-run: the twin's method").choices(METHODS))
    .option("--canaries <n>", "with --one-run: made-up records (default: 1000)", wholeFlag("--canaries", 10))
    .option("-y, --yes", "with --one-run: spend without asking");
}

/** Does what `--mechanism` or `--one-run` asks for; false where neither was given. Exit 1 where the promise is broken. */
export async function auditsItself(t: Terminal, flags: EmpiricalFlags): Promise<boolean> {
  refuseStray(flags);
  if (flags.mechanism !== undefined) {
    const [{ openWorkspace }, { auditOfMechanism }] = await Promise.all([import("../../app/workspace.js"), import("../../app/audit-mechanism.js")]);
    const workspace = openWorkspace(overridesOf(flags), process.env, { dataset: "mechanism", table: "(none)", schema: "(none)" });
    const { result, path } = await auditOfMechanism(workspace, { ...flags, mechanism: flags.mechanism, progress: t.progress });
    tell(t, result, mechanismLines(result), path);
    return true;
  }
  if (flags.oneRun !== true) return false;
  const [{ openWorkspace }, { planOf }, { auditInOneRun }, { confirmSpend }] = await Promise.all([
    import("../../app/workspace.js"),
    import("../../app/plan.js"),
    import("../../app/audit-one-run.js"),
    import("./fit.js"),
  ]);
  const workspace = openWorkspace(overridesOf(flags));
  await confirmSpend(t, await planOf(workspace, { ...flags, accounting: "zcdp" }), flags.yes === true); // a twin is always priced by ρ
  const { result, path } = await auditInOneRun(workspace, { ...flags, progress: t.progress });
  tell(t, result, oneRunLines(result), path);
  return true;
}

/** A flag that the audit at hand would pass over is a misunderstanding. */
function refuseStray(flags: EmpiricalFlags): void {
  const alone = (name: string, needs: string): never => {
    throw fault("DPS-E116", name, `given together with ${needs}`, "without it", "Leave it out, or say which audit is meant.");
  };
  if (flags.mechanism !== undefined && flags.oneRun === true) throw fault("DPS-E116", "--one-run", "given without --mechanism", "together with it", "Ask for one of the two.");
  if (flags.mechanism === undefined && flags.runs !== undefined) alone("--runs", "--mechanism");
  if (flags.mechanism === undefined && flags.delta !== undefined) alone("--delta", "--mechanism");
  if (flags.oneRun !== true && flags.canaries !== undefined) alone("--canaries", "--one-run");
  if (flags.oneRun !== true && flags.method !== undefined) alone("--method", "--one-run");
  if (flags.mechanism === undefined && flags.oneRun !== true && flags.epsilon !== undefined) alone("--epsilon", "--mechanism or --one-run");
}

function tell(t: Terminal, result: EmpiricalFile, lines: readonly string[], path: string): void {
  if (t.json) t.print(JSON.stringify(result));
  else t.print(lines.join("\n"));
  t.say(`Written to ${path}; audits of this version's ${result.method} releases in that folder carry it in their report.`);
  if (result.violated) process.exitCode = EXIT.gateFailed;
}

function mechanismLines({ method, claim, runs, alpha, muImplied, worlds, violated }: Extract<EmpiricalFile, { kind: "mechanism" }>): string[] {
  const promised = `${method}: ε = ${claim.epsilon} at δ = ${claim.delta} is promised${claim.rho === null ? "" : `, ρ = ${short(claim.rho)}`}`;
  return [
    promised,
    ...worlds.flatMap((w) => [
      `  ${w.id}: ${w.why}`,
      `    ${runs} fits each of ${w.rows} and ${w.rows + 1} rows prove ε ≥ ${short(w.epsilonLower)} (by the ${w.statistic}), ρ ≥ ${short(w.rhoLower)}, at level ${1 - alpha}`,
      `    μ is about ${short(w.mu.estimate)}${muImplied === null ? "" : ` of ${short(muImplied)} = √(2ρ)`}; at least ${short(w.mu.lower)} if all noise is Gaussian`,
    ]),
    violated ? "✗ The promise is broken." : "✓ No contradiction found. A lower bound cannot show that the promise is kept.",
  ];
}

function oneRunLines({ method, claim, fit, ledger, canaries, guesses, correct, epsilonLower95, epsilonLower999, violated }: Extract<EmpiricalFile, { kind: "one-run" }>): string[] {
  return [
    `${method}: ε = ${claim.epsilon} at δ = ${claim.delta} is promised; the twin ${fit} is paid for (ledger entry ${ledger.seq}) and gone`,
    `  ${correct} of ${guesses} guesses about ${canaries} made-up records were right: ε ≥ ${short(epsilonLower95)} at level 0.95, ≥ ${short(epsilonLower999)} at level 0.999 (INTERNAL: scored against confidential rows)`,
    violated ? "✗ The promise is broken." : "✓ No contradiction found. A lower bound cannot show that the promise is kept.",
  ];
}
