import type { VerdictFile } from "../../formats/report.js";

export const OUTCOME_WORDS = { pass: "PASS", fail: "FAIL", inconclusive: "INCONCLUSIVE", warn: "WARNING" } as const;
const MARKS = { pass: "✓", fail: "✗", inconclusive: "?", warn: "!" } as const;

/** For a terminal: the verdict, then a line and a reason for each rule, what blocks first. No colour; the CLI adds it. */
export function verdictText(v: VerdictFile): string {
  const order = { fail: 0, inconclusive: 1, warn: 2, pass: 3 };
  const rules = v.rules.map((r, i) => ({ r, i })).sort((a, b) => order[a.r.outcome] - order[b.r.outcome] || a.i - b.i);
  const lines = rules.map(({ r }) => `  ${MARKS[r.outcome]} ${oneLine(r.title)}\n      ${oneLine(r.reason)}`);
  return `${OUTCOME_WORDS[v.verdict]}  policy “${oneLine(v.policy)}”\n${lines.join("\n")}\n`;
}

/** Text from a file onto a terminal: no line break and no control character survives. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}
