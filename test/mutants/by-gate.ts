import type { ReportFile } from "../../src/formats/report.js";
import type { GateContext } from "../../src/gate/context.js";
import { decide, profile } from "../../src/gate/index.js";
import { sampleContext, sampleReceipt, sampleReport } from "../support/sample-report.js";
import type { Mutant } from "./mutant.js";

/** The outcome of one rule of the profile `public`; a blocking rule that is not passed keeps the verdict from passing. */
function outcome(rule: string, report: Partial<ReportFile> = {}, context: Partial<GateContext> = {}): string | undefined {
  const { verdict, rules } = decide(profile("public"), sampleReport(report), sampleContext(context));
  const own = rules.find((r) => r.id === rule)?.outcome;
  return own !== "pass" && verdict === "pass" ? "overlooked" : own;
}

const budget = (fits: number, spentEpsilon: number, capEpsilon: number): Partial<GateContext> => ({ budget: { fits, spentEpsilon, capEpsilon, capDelta: 1e-9 } });

/** Defects that are visible in what a report and a ledger say. */
export const GATE_MUTANTS: readonly Mutant[] = [
  {
    id: "large-epsilon",
    defect: 20,
    what: "ε = 12 is put forward as differential privacy",
    by: "gate",
    caught: async () => outcome("epsilon", { receipt: { ...sampleReceipt(), epsilon: 12 } }, budget(1, 12, 12)) === "fail",
    spared: async () => outcome("epsilon") === "pass",
  },
  {
    id: "test-noise-released",
    defect: 8,
    what: "A model made with reproducible noise, which says so, goes to release",
    by: "gate",
    caught: async () => outcome("provenance", { receipt: { ...sampleReceipt(), noise: "TEST ONLY" } }) === "inconclusive",
    spared: async () => outcome("provenance") === "pass",
  },
  {
    id: "search-until-it-passes",
    defect: 17,
    what: "Four fits are tried and only the last one's ε is told",
    by: "gate",
    caught: async () => outcome("epsilon", {}, budget(4, 2.4, 6)) === "fail",
    spared: async () => outcome("epsilon", {}, budget(1, 1, 3)) === "pass",
  },
];
