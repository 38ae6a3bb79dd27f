import type { Command } from "commander";
import { PRICED } from "../../formats/own-price.js";
import { deltaFlag, epsilonFlag } from "../numbers.js";
import { bar, epsilonText, short } from "../words.js";
import { type CommonFlags, overridesOf, terminalOf, withOutput, withWorkspace } from "./shared.js";

export function addBudget(program: Command): void {
  const budget = program.command("budget").description("create, show, verify and raise the privacy budget of a dataset");
  const named = (name: string, words: string): Command =>
    withOutput(
      budget
        .command(name)
        .description(words)
        .argument("<dataset>", "name of the dataset")
        .option("--budgets <folder>", "folder of the budgets (default: that of the configuration, else privacy-budgets)"),
    );
  named("create", "make a budget: cap, ledger and secret key")
    .requiredOption("--epsilon <ε>", "cap of ε over all fits together", epsilonFlag)
    .option("--delta <δ>", "δ of the cap; 0 makes a pure account", deltaFlag, 1e-9)
    .action(async (dataset: string, flags: CommonFlags & { epsilon: number; delta: number }) => {
      const t = terminalOf(flags);
      const [{ budgetsFolder }, { budgetCreate }] = await Promise.all([import("../../app/workspace.js"), import("../../app/budget.js")]);
      const folder = budgetsFolder(flags.budgets);
      const made = await budgetCreate(folder, dataset, flags.epsilon, flags.delta);
      if (t.json) t.print(JSON.stringify(made));
      t.say(`Budget of ${dataset}: ε ≤ ${made.epsilon} at δ = ${made.delta}, account ${made.account}. The file ${folder}/${dataset}/key is the right to spend: back it up, never commit it.`);
    });
  named("show", "what was spent, what is left").action(async (dataset: string, flags: CommonFlags) => {
    const t = terminalOf(flags);
    const [{ budgetsFolder }, { budgetShow }] = await Promise.all([import("../../app/workspace.js"), import("../../app/budget.js")]);
    const folder = budgetsFolder(flags.budgets);
    const view = await budgetShow(folder, dataset);
    const { balance, state, budget: file, head, macsChecked } = view.ledger;
    if (t.json) {
      t.print(
        JSON.stringify({
          dataset,
          account: file.account,
          ...balance,
          fits: state.fits,
          split: state.split ?? null,
          audits: view.audits,
          gates: view.gates,
          refusals: state.refusals,
          ledger: head,
          macsChecked,
        }),
      );
      return;
    }
    const rho = (femto: string): string => short(Number(femto) / 1e15);
    t.print(
      [
        `Budget of ${dataset} (${file.account}, one ${"unit"} added or removed)`,
        `  ε  ${bar(balance.spentEpsilon, balance.capEpsilon)}  ${epsilonText(balance.spentEpsilon)} of ${balance.capEpsilon} at δ = ${balance.capDelta}`,
        ...(file.account === "zcdp"
          ? [`  ρ  spent ${rho(balance.spent.rhoFemto)}, left ${rho(balance.left.rhoFemto)}. ε does not add across fits, ρ does: two fits of ε = 1 cost less than ε = 2.`]
          : [`  In a pure account ε adds.`]),
        ...(balance.closed === null
          ? []
          : [`  CLOSED by ${balance.closed.fit}, which was priced alone, as a whole. Raised above ε = ${epsilonText(balance.closed.reopensAbove)}, which its ρ amounts to, the cap opens it again.`]),
        balance.largestEpsilon > 0 ? `  The largest fit that still fits: ε = ${balance.largestEpsilon}` : "  Nothing more fits.",
        `  Fits: ${state.fits.length === 0 ? "none" : state.fits.map((f) => `${f.fit} (${f.method}, ${f.status === "open" ? "unfinished: its reservation counts in full" : f.status}${f.ownPrice === undefined ? "" : `; ε = ${epsilonText(f.ownPrice.epsilon)} at δ = ${f.ownPrice.delta} ${PRICED[f.ownPrice.by]}, ρ = ${rho(f.price.rhoFemto)}`})`).join(", ")}`,
        `  Unprotected looks: ${view.audits} audits, ${view.gates} gate runs. Refusals: ${state.refusals}.`,
        ...(macsChecked ? [] : ["  The key is not here: this copy can only be read, and its entries' seals were not checked."]),
      ].join("\n"),
    );
  });
  named("verify", "look for edits, reorderings, duplicates and a cut tail; artefacts that carry a ledger head are witnesses")
    .option("--witness <file...>", "models, manifests, certificates or reports", [])
    .action(async (dataset: string, flags: CommonFlags & { witness: string[] }) => {
      const t = terminalOf(flags);
      const [{ budgetsFolder }, { budgetVerify }] = await Promise.all([import("../../app/workspace.js"), import("../../app/budget.js")]);
      const folder = budgetsFolder(flags.budgets);
      const verdict = await budgetVerify(folder, dataset, flags.witness);
      if (t.json) t.print(JSON.stringify(verdict));
      else
        t.print(
          [
            verdict.sound ? `The ledger of ${dataset} is sound: ${verdict.entries} entries.` : `The ledger of ${dataset} is NOT sound:`,
            ...verdict.findings.map((f) => `  ✗ ${f.text}`),
            ...verdict.notes.map((n) => `  · ${n}`),
            ...verdict.limits.map((l) => `  Not checked: ${l}`),
          ].join("\n"),
        );
      if (!verdict.sound) process.exitCode = 1;
    });
  named("raise", "raise the cap; who and why go on record")
    .requiredOption("--epsilon <ε>", "the new cap", epsilonFlag)
    .option("--delta <δ>", "the new δ", deltaFlag)
    .requiredOption("--by <name>", "who decides")
    .requiredOption("--reason <text>", "why")
    .action(async (dataset: string, flags: CommonFlags & { epsilon: number; delta?: number; by: string; reason: string }) => {
      const t = terminalOf(flags);
      const [{ budgetsFolder }, { budgetRaise }] = await Promise.all([import("../../app/workspace.js"), import("../../app/budget.js")]);
      const folder = budgetsFolder(flags.budgets);
      const { epsilon, delta, by, reason } = flags;
      const raised = await budgetRaise(folder, dataset, { epsilon, by, reason, ...(delta === undefined ? {} : { delta }) });
      if (t.json) t.print(JSON.stringify(raised));
      if (raised.closed !== null) t.say(`It stays closed by ${raised.closed.fit}: only a cap above ε = ${epsilonText(raised.closed.reopensAbove)} covers its ρ.`);
      t.say(`Cap of ${dataset} is now ε ≤ ${raised.epsilon} at δ = ${raised.delta}, by ${by}.`);
    });
  withWorkspace(budget.command("attach").description("record the present table as a version of the dataset"))
    .option("--note <text>", "what changed")
    .action(async (flags: CommonFlags & { note?: string }) => {
      const t = terminalOf(flags);
      const [{ openWorkspace }, { attachTable }] = await Promise.all([import("../../app/workspace.js"), import("../../app/budget.js")]);
      const result = await attachTable(openWorkspace(overridesOf(flags)), flags.note, t.progress);
      if (t.json) t.print(JSON.stringify(result));
      t.say(result.added ? `Attached as version ${result.version}.` : `Already known as version ${result.version}.`);
    });
}
