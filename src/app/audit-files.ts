import { overlappingParts } from "../audit/overlap.js";
import { fault } from "../base/errors.js";
import type { Domain } from "../domain/column.js";
import type { Progress } from "../domain/progress.js";
import type { EncodedTable } from "../table/encoded.js";
import { checkFile } from "../table/read/check-file.js";
import { joinParts } from "../table/read/join-parts.js";
import { readTable } from "../table/read/read-table.js";

/** A release, what it was learnt from, and people it never saw, as files that somebody made. No recorded split stands behind them. */
export interface AuditFiles {
  readonly release: string;
  readonly train: string;
  readonly holdout: string;
  readonly reference?: string | undefined;
}

/** Sentences for the report on what handed-in parts leave open. */
export const FILES_LIMITS = [
  "No claim of differential privacy is known to this audit: release and parts were handed in as files, and no ledger stands behind them.",
  "That the release was learnt from the train file, and that the parts are random draws of one population, is taken on trust; only people or rows in two parts were looked for.",
];

function named({ train, holdout, reference }: AuditFiles): [name: string, path: string][] {
  const files: [string, string][] = [
    ["train", train],
    ["holdout", holdout],
  ];
  return reference === undefined ? files : [...files, ["reference", reference]];
}

/** Every fault of the files' frames, before any of their rows counts. */
export async function checkParts(files: AuditFiles, domain: Domain): Promise<void> {
  for (const [, path] of named(files)) await checkFile(path, domain);
}

/** The parts as one table with values, parts and units. Fault DPS-E320 where two parts share people. */
export async function readParts(files: AuditFiles, domain: Domain, progress: Progress | undefined): Promise<EncodedTable> {
  const parts = named(files);
  const tables: EncodedTable[] = [];
  for (const [, path] of parts) tables.push(await readTable(path, domain, { values: true, ...(progress === undefined ? {} : { progress }) }));
  const table = joinParts(tables);
  const shared = overlappingParts(table, parts.length);
  if (shared !== null) {
    const [[first], [second, path]] = shared.map((part) => parts[part]);
    const is = table.units === undefined ? "holding far more of the same rows than chance would put there" : "holding some of the same people";
    throw fault("DPS-E320", path, `a ${second} part apart from the ${first} part`, is, "Split the table by person before anything learns from it; a control that was learnt from shows no leak.");
  }
  return table;
}
