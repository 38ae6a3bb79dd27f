import type { VerdictFile } from "../../formats/report.js";

/** JUnit XML: one suite a family, one case a rule. Fail is a failure, inconclusive an error, a warning passes with output. */
export function verdictJunit(v: VerdictFile): string {
  const suites = new Map<string, VerdictFile["rules"]>();
  for (const rule of v.rules) suites.set(rule.family ?? "budget", [...(suites.get(rule.family ?? "budget") ?? []), rule]);
  const count = (rules: VerdictFile["rules"], outcome: string): number => rules.filter((r) => r.outcome === outcome).length;
  const totals = (rules: VerdictFile["rules"]): string => `tests="${rules.length}" failures="${count(rules, "fail")}" errors="${count(rules, "inconclusive")}"`;
  const body = [...suites].map(([family, rules]) => `  <testsuite name="${xml(family)}" ${totals(rules)}>\n${rules.map((r) => testcase(family, r)).join("")}  </testsuite>\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${xml(`dpsynth gate: ${v.policy}`)}" ${totals(v.rules)}>\n${body.join("")}</testsuites>\n`;
}

function testcase(family: string, r: VerdictFile["rules"][number]): string {
  const open = `    <testcase classname="${xml(`dpsynth.${family}`)}" name="${xml(`${r.id}: ${r.title}`)}"`;
  if (r.outcome === "pass") return `${open}/>\n`;
  const text = xml(`measured ${r.measured ?? "–"}, bound ${r.bound ?? "–"}, limit ${r.limit ?? "–"}; source: ${r.source}`);
  const tag = { fail: "failure", inconclusive: "error", warn: "system-out" }[r.outcome];
  const message = r.outcome === "warn" ? "" : ` message="${xml(r.reason)}"`;
  return `${open}>\n      <${tag}${message}>${r.outcome === "warn" ? `${xml(r.reason)} ` : ""}${text}</${tag}>\n    </testcase>\n`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\n": "&#10;", "\t": "&#9;" };

/** XML 1.0 has no escape for most control characters and for lone surrogates (which the `u` flag sees as such): they become U+FFFD. */
function xml(text: string): string {
  return text.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd").replace(/[&<>"'\n\t]/g, (c) => ENTITIES[c]);
}
