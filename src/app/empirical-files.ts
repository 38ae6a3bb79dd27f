import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type EmpiricalFile, empiricalFile } from "../formats/empirical.js";
import type { Finding } from "../formats/report.js";
import { readJsonFile, writeJsonFile } from "./files.js";
import { TOOL } from "./version.js";

const NAME = /^empirical-.+\.json$/;

/** `empirical-mst.json`, `empirical-one-run-mst.json`: one file for what was tested, the newest run of it. */
function empiricalPath(tested: string): string {
  return `empirical-${tested}.json`;
}

type Body<T> = T extends unknown ? Omit<T, "format" | "version" | "createdAt" | "tool"> : never;

/** Write what was found under the name of what was tested. */
export async function writeEmpirical<T extends Body<EmpiricalFile>>(reports: string, tested: string, body: T): Promise<{ result: Extract<EmpiricalFile, { kind: T["kind"] }>; path: string }> {
  const path = join(reports, empiricalPath(tested));
  const result = empiricalFile.parse({ format: "dpsynth-empirical-epsilon", version: 1, createdAt: new Date().toISOString(), tool: TOOL, ...body });
  await writeJsonFile(path, result);
  return { result: result as Extract<EmpiricalFile, { kind: T["kind"] }>, path };
}

/** All of them in a folder of reports; throws DPS-E601 where one is damaged. */
export function empiricalFiles(reports: string): EmpiricalFile[] {
  if (!existsSync(reports)) return [];
  const names = readdirSync(reports).filter((name) => NAME.test(name));
  return names.sort().map((name) => readJsonFile(empiricalFile, join(reports, name), "DPS-E601", "an empirical ε as `dpsynth audit --mechanism` writes it", "Remove the file, or run it again.").value);
}

/** What they proved of the method that made a release, as far as this version of the program made them: for the release's report. */
export function empiricalFindings(files: readonly EmpiricalFile[], method: string | undefined): Finding[] {
  return files.filter((f) => method !== undefined && (f.method === method || f.method === "selection") && f.tool.version === TOOL.version).flatMap((f) => f.findings);
}
