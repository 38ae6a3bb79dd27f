import { existsSync } from "node:fs";
import { fault } from "../base/errors.js";
import { canonicalJson, sha256Hex } from "../base/hash.js";
import { type PolicyFile, policyFile } from "../formats/policy.js";
import { PROFILE_NAMES, profile } from "../gate/index.js";
import { readJsonFile } from "./files.js";

/** A named profile or a policy file, with the hash that binds a verdict to it. */
export function loadPolicy(name: string): { policy: PolicyFile; sha256: string } {
  const named = PROFILE_NAMES.find((p) => p === name);
  if (named !== undefined) {
    const policy = profile(named);
    return { policy, sha256: sha256Hex(canonicalJson(policy)) };
  }
  if (!existsSync(name)) throw fault("DPS-E701", name === "" ? "--policy" : name, `a policy: one of ${PROFILE_NAMES.join(", ")}, or a file`, "neither", "Name a profile or a file.");
  const { value } = readJsonFile(policyFile, name, "DPS-E701", "a policy", "Compare it with the policy schema in docs/formats.md.");
  return { policy: value, sha256: sha256Hex(canonicalJson(value)) };
}
