import type { VerdictFile } from "../../formats/report.js";
import { html, type Markup } from "../html.js";
import { figure } from "../numbers.js";
import { mark } from "../symbol.js";
import { table } from "../table.js";

/** The policy, rule by rule, with the reason and the source of each limit. */
export function rulesSection(verdict: VerdictFile | null): Markup | null {
  if (verdict === null) return null;
  const rows = verdict.rules.map((r) => [r.title, mark(r.outcome), figure(r.measured), figure(r.bound), figure(r.limit), r.reason, r.source]);
  const columns = [
    { title: "Rule" },
    { title: "Outcome" },
    { title: "Measured", kind: "num" },
    { title: "Bound", kind: "num" },
    { title: "Limit", kind: "num" },
    { title: "Reason" },
    { title: "Where the limit comes from" },
  ] as const;
  return html`<section aria-labelledby="rules"><h2 id="rules">Rule by rule</h2>
<p>A rule passes when the upper bound of what was measured is within the limit, fails when the lower bound is above it, and is undecided in between. A warning never blocks.</p>${table(`Policy “${verdict.policy}”`, columns, rows)}</section>`;
}
