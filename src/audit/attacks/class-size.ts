import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { emptyFinding, type Words } from "../finding.js";
import { type ClassSizes, populationUniques } from "../stats/population-uniques.js";
import { wilsonInterval } from "../stats/wilson.js";
import { classCounts, keyClasses, quasiIdentifiers } from "./key-classes.js";

/**
 * Measures: how many people of the train part have quasi-identifiers that nobody else there has, how small the smallest class is
 * (k-anonymity), and how many would be unique in a larger population (Dankar et al. 2012); with the prosecutor's, journalist's and marketer's risks.
 * Matters: it is the risk that lies in the table before any release: how many people a leak could point at.
 * Cannot show: anything about the release. Classes of synthetic rows protect nobody, and are not counted.
 */
const WORDS: Words = {
  id: "class-size",
  family: "class-size",
  title: "People whom their quasi-identifiers make unique",
  claim: "So many of the people learnt from could be told apart by their quasi-identifiers, if their rows were at hand.",
  attackerKnows: "The declared quasi-identifiers of a person.",
  cannotShow: "Anything about the release: this is the table's own risk, before it was learnt from.",
  measure: "rate",
};

/** Populations in which the number of uniques is estimated, as multiples of the train part. */
const POPULATIONS = [10, 100] as const;

/** Rows per class and classes per size. */
export function classSizes(counts: Uint32Array): ClassSizes {
  const bySize = new Map<number, number>();
  for (const count of counts) if (count > 0) bySize.set(count, (bySize.get(count) ?? 0) + 1);
  const sizes = [...bySize.keys()].sort((a, b) => a - b);
  return { sizes, counts: sizes.map((size) => bySize.get(size) as number) };
}

export function classSizeRisks(context: AuditContext): Finding[] {
  const keys = quasiIdentifiers(context.real.domain.columns);
  if (keys.length === 0) return [emptyFinding(WORDS, context, "No quasi-identifiers are declared.")];
  const people = context.trainUnits;
  const n = people.length;
  if (n === 0) return [emptyFinding(WORDS, context, "Nobody was learnt from.")];
  const everybody = Uint32Array.from([...people, ...context.holdoutUnits, ...context.referenceUnits]);
  const { of, classes } = keyClasses([{ table: context.real, rows: everybody }], keys);
  const own = of[0].subarray(0, n);
  const inTrain = classCounts(own, classes);
  const inTable = classCounts(of[0], classes);
  const risks = (counts: Uint32Array): number[] => Array.from(own, (id) => 1 / counts[id]);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / n;
  const journalist = risks(inTable);
  const below = (k: number): number => own.reduce((sum, id) => sum + (inTrain[id] < k ? 1 : 0), 0) / n;
  const histogram = classSizes(inTrain);
  const unique = below(2);
  const line = (name: string, estimate: number, measure = "rate"): Finding["breakdown"][number] => ({ name, measure, estimate, interval: null, n, control: null });
  return [
    {
      ...emptyFinding(WORDS, context, `By ${keys.length} quasi-identifiers. The release was not looked at, and no rule decides on this.`),
      estimate: unique,
      interval: wilsonInterval(Math.round(unique * n), n, context.level),
      n,
      breakdown: [
        line("smallest class (k of k-anonymity)", histogram.sizes[0], "count"),
        line("in classes below 5", below(5)),
        line("in classes below 11", below(11)),
        line("prosecutor: knows that the person was learnt from, greatest risk", 1 / histogram.sizes[0]),
        line("prosecutor, on average", mean(risks(inTrain))),
        line(
          "journalist: knows everybody in the table, greatest risk",
          journalist.reduce((a, b) => Math.max(a, b), 0),
        ),
        line("marketer: wants as many as he can get of the table", mean(journalist)),
        ...POPULATIONS.map((times) => {
          const { estimate, model } = populationUniques(histogram, times * n);
          return line(
            `unique in a population ${times} times the train part (${model === "none" ? "no uniques to start from" : `${MODEL[model]}, by Dankar's rule`})`,
            Math.min(1, estimate / (times * n)),
          );
        }),
      ],
    },
  ];
}

const MODEL = { pitman: "Pitman", zayatz: "Zayatz", snb: "slide negative binomial" } as const;
