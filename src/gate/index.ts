export type { GateContext } from "./context.js";
export { decide } from "./decide.js";
export { formatVerdict, type VerdictFormat } from "./format/format-verdict.js";
export { githubSummary } from "./format/github.js";
export { PROFILE_NAMES, profile } from "./profiles.js";
export { type Decidable, smallestDecidable } from "./smallest-decidable.js";
