import { ATTACK_NAMES } from "../audit/attacks/index.js";
import { fault } from "../base/errors.js";
import type { Domain } from "../domain/column.js";
import type { UsefulnessRequest } from "./audit-usefulness.js";
import type { Workspace } from "./workspace.js";

/** Flags of an audit that win over the configuration's keys. */
export interface AuditFlags {
  readonly targets?: number | undefined;
  readonly seed?: string | undefined;
  /** Units of each part, and released rows, that attacks try at most: of larger tables a seeded sample is tried, and the report says so. */
  readonly most?: number | undefined;
  /** Names of attacks not to be made; a rule on their families cannot pass then. Fault DPS-E118 for a name that is none. */
  readonly skip?: readonly string[] | undefined;
  /** Also repeat the release's own fit on the reference part, for the attacks that need it: 195 fits. */
  readonly shadowFits?: boolean | undefined;
  /** What is asked of usefulness: the column that models predict, scores of other tools, and their columns. */
  readonly usefulness?: UsefulnessRequest | undefined;
}

/** What an audit does: flags over the configuration. */
export interface Asked {
  readonly seed: string;
  readonly targets: number;
  readonly most: number | undefined;
  readonly skip: readonly string[];
  readonly shadowFits: boolean;
  readonly usefulness: UsefulnessRequest;
}

/** Throws DPS-E118 for a name that is no attack's, which must not pass for one that is off, and DPS-E136 for columns of a score that is not asked for. */
export function auditAsked({ config: { audit } }: Pick<Workspace, "config">, request: AuditFlags): Asked {
  const skip = request.skip ?? audit.skip ?? [];
  const unknown = skip.find((name) => !ATTACK_NAMES.includes(name));
  if (unknown !== undefined) throw fault("DPS-E118", request.skip === undefined ? "audit.skip" : "--skip", `one of ${ATTACK_NAMES.join(", ")}`, `"${unknown}"`, "Name attacks as the list has them.");
  const flags = request.usefulness ?? {};
  const { compat = audit.compat, predict = audit.predict } = flags;
  // tools named by a flag take the place of the configured ones, with the columns that only those would need
  const features = flags.features ?? (flags.compat === undefined || flags.compat.includes("nist") ? audit.features : undefined);
  if (features !== undefined && compat?.includes("nist") !== true)
    throw fault(
      "DPS-E136",
      flags.features === undefined ? "audit.features" : "--features",
      "given beside nist among the scores of other tools",
      "without it",
      "Ask for nist too (--compat nist, or audit.compat), whose columns it names.",
    );
  return {
    seed: request.seed ?? String(audit.seed),
    targets: request.targets ?? audit.targets,
    most: request.most ?? audit.most,
    skip,
    shadowFits: request.shadowFits ?? audit.shadowFits ?? false,
    usefulness: { predict, compat, features },
  };
}

/** Every column asked for stands in the schema, before any row is read. Fault DPS-E117. */
export function requireColumns(domain: Domain, { predict, features = [] }: UsefulnessRequest, flags: UsefulnessRequest | undefined): void {
  const known = new Set(domain.columns.map((column) => column.name));
  const asked = [
    ...(predict === undefined ? [] : [[flags?.predict === undefined ? "audit.predict" : "--predict", predict]]),
    ...features.map((name) => [flags?.features === undefined ? "audit.features" : "--features", name]),
  ];
  for (const [source, name] of asked) {
    if (!known.has(name)) throw fault("DPS-E117", source, "a learned column of the schema", `"${name}"`, "Identifiers are not learned; name another column.");
  }
}
