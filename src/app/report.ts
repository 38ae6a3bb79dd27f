import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CertificateFile, certificateFile } from "../formats/certificate.js";
import { publicFindingsFile } from "../formats/public-findings.js";
import { type ReportFile, reportFile, type VerdictFile, verdictFile } from "../formats/report.js";
import { renderCertificate, renderReport } from "../report/index.js";
import { writeFileAtomic } from "../table/write/atomic.js";
import { PUBLIC_FINDINGS } from "./audit-public.js";
import { readJsonFile, writeJsonFile } from "./files.js";
import { TOOL } from "./version.js";
import type { Workspace } from "./workspace.js";

export interface ReportResult {
  readonly html: string;
  readonly certificateHtml: string | null;
}

export function readReport(workspace: Workspace): { report: ReportFile; sha256: string } {
  const { value, sha256 } = readJsonFile(reportFile, join(workspace.reports, "report.json"), "DPS-E801", "an audit report", "Run `dpsynth audit` first.");
  return { report: value, sha256 };
}

/** report.json → report.html (INTERNAL) and certificate.json/.html (for outside). Needs no data, no model and no ledger. */
export async function writeReport(workspace: Workspace): Promise<ReportResult> {
  const { report } = readReport(workspace);
  const verdictPath = join(workspace.reports, "verdict.json");
  const stored = existsSync(verdictPath) ? readJsonFile(verdictFile, verdictPath, "DPS-E802", "a verdict", "Run `dpsynth gate` again.").value : null;
  const verdict = stored !== null && speaksOf(stored, report) ? stored : null;
  const html = join(workspace.reports, "report.html");
  await writeFileAtomic(html, await renderReport(report, verdict));
  const certificate = certificateOf(report, verdict, publishedOf(workspace, report));
  if (certificate === null) return { html, certificateHtml: null };
  await writeJsonFile(join(workspace.reports, "certificate.json"), certificateFile.parse(certificate));
  const certificateHtml = join(workspace.reports, "certificate.html");
  await writeFileAtomic(certificateHtml, await renderCertificate(certificate));
  return { html, certificateHtml };
}

/** A verdict belongs to a report where both name the same release, model and policy. */
function speaksOf(verdict: VerdictFile, report: ReportFile): boolean {
  const { releaseSha256, modelSha256, policySha256 } = report.subject;
  return verdict.subject.releaseSha256 === releaseSha256 && verdict.subject.modelSha256 === modelSha256 && verdict.subject.policySha256 === policySha256;
}

/** Published counts of this very release, where there are any. */
function publishedOf(workspace: Workspace, { subject }: ReportFile): CertificateFile["published"] {
  const path = join(workspace.reports, PUBLIC_FINDINGS);
  if (!existsSync(path)) return undefined;
  const { value } = readJsonFile(publicFindingsFile, path, "DPS-E803", "published counts", "Take the file away, or publish again.");
  if (value.subject.releaseSha256 !== subject.releaseSha256 || value.subject.modelSha256 !== subject.modelSha256 || value.privacy.noise !== "secure") return undefined;
  return { epsilon: value.privacy.epsilon, spend: value.privacy.spend, share: value.targets.share, level: value.level, findings: value.findings, notes: value.notes };
}

/** The promise for outside; null where the release has no receipt of ours. */
function certificateOf(report: ReportFile, verdict: VerdictFile | null, published: CertificateFile["published"]): CertificateFile | null {
  const { receipt, subject } = report;
  if (receipt === null || subject.modelSha256 === null) return null;
  const attempts = verdict?.attempts ?? report.attempts;
  return {
    format: "dpsynth-certificate",
    version: 1,
    createdAt: report.createdAt,
    tool: TOOL,
    dataset: report.dataset,
    privacy: {
      epsilon: receipt.epsilon,
      delta: receipt.delta,
      account: receipt.account,
      unit: receipt.unit.kind === "row" ? "one row" : `one person, at most ${receipt.unit.maxRows} rows each`,
      neighbours: "tables that differ by adding or removing one unit",
      mechanism: receipt.method,
      price: receipt.price,
      ...(receipt.ownPrice === undefined ? {} : { ownPrice: receipt.ownPrice }),
      events: receipt.events,
      shareLearned: receipt.shareLearned,
      spentEpsilon: receipt.spentEpsilon,
      capEpsilon: receipt.capEpsilon,
      capDelta: receipt.capDelta,
      noise: receipt.noise,
    },
    publicByDeclaration: report.declarations,
    hashes: { model: subject.modelSha256, schema: subject.schemaSha256, release: subject.releaseSha256 },
    ledger: receipt.ledger,
    outsideTheGuarantee: outside(report, verdict),
    ...(published === undefined ? {} : { published }),
    verdict: verdict === null ? null : { verdict: verdict.verdict, policy: verdict.policy, attempts: attempts.gates + attempts.audits },
  };
}

function outside(report: ReportFile, verdict: VerdictFile | null): CertificateFile["outsideTheGuarantee"] {
  const attempts = verdict?.attempts ?? report.attempts;
  const fromData = report.declarations.filter((d) => d.source === "data");
  return [
    {
      title: "The verdict",
      text: `${verdict === null ? "No verdict was given." : `The verdict "${verdict.verdict}" was computed from confidential rows without noise.`} Audits made on this fit: ${attempts.audits}; gate runs: ${attempts.gates}. Each could tell one more fact about the data.`,
    },
    {
      title: "Values declared public",
      text:
        fromData.length === 0
          ? "No value of the schema was read from the data."
          : `${fromData.length} facts of the schema were read from the data and declared public by ${[...new Set(fromData.map((d) => d.by ?? "nobody"))].join(", ")}.`,
    },
    { title: "Faults of the file", text: "A table that is missing, truncated or has another header stops a run with a message before any budget is reserved." },
    { title: "The operator's messages", text: "That a table is new to its budget, or known to another, is told to the operator without noise." },
    { title: "Time and memory", text: "How long a run takes and how much memory it uses may depend on the data. Nobody outside should be able to measure either." },
  ];
}
