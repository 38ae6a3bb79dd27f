export { type Decidable, decidable } from "./decidable.js";
export { type AuditInput, type AuditResult, runAudit } from "./run.js";
