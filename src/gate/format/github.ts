import type { VerdictFile } from "../../formats/report.js";
import { OUTCOME_WORDS } from "./text.js";

/** Workflow commands of GitHub Actions: an annotation for each rule that does not pass, then one for the verdict. */
export function verdictGithub(v: VerdictFile): string {
  const level = { fail: "error", inconclusive: "error", warn: "warning", pass: "notice" } as const;
  const rules = v.rules.filter((r) => r.outcome !== "pass").map((r) => command(level[r.outcome], `${OUTCOME_WORDS[r.outcome]}: ${r.title}`, r.reason));
  return `${[...rules, command(level[v.verdict], `dpsynth gate: ${OUTCOME_WORDS[v.verdict]}`, `Policy “${v.policy}”, ${v.rules.length} rules.`)].join("\n")}\n`;
}

/** Markdown for the job's summary file: the verdict, then a table. */
export function githubSummary(v: VerdictFile): string {
  const cell = (text: string): string => text.replace(/[&<>|\\`*_[\]\r\n]/g, (c) => (c === "\n" || c === "\r" ? " " : `&#${c.codePointAt(0)};`));
  const rows = v.rules.map((r) => `| ${OUTCOME_WORDS[r.outcome]} | ${cell(r.title)} | ${cell(r.reason)} |`);
  return `## dpsynth gate: ${OUTCOME_WORDS[v.verdict]}\n\nPolicy ${cell(v.policy)}\n\n| Outcome | Rule | Reason |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function command(level: string, title: string, message: string): string {
  const data = (t: string): string => t.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const property = (t: string): string => data(t).replace(/:/g, "%3A").replace(/,/g, "%2C");
  return `::${level} title=${property(title)}::${data(message)}`;
}
