import { fault } from "../../base/errors.js";
import type { LedgerHead } from "../../formats/common.js";
import type { EntryBody } from "../../formats/ledger.js";
import { append } from "./append.js";
import type { LedgerOptions } from "./io.js";

/** Who accepts which verdict on which files: hashes by the file's role (`release`, `model`, `report`, `policy`). */
export type Signature = Omit<Extract<EntryBody, { kind: "sign" }>, "kind">;

/** Record that a person answers for a verdict. */
export async function recordSign(folder: string, dataset: string, signature: Signature, options: LedgerOptions = {}): Promise<LedgerHead> {
  if (signature.by.trim() === "") throw fault("DPS-E415", "signature", "signed by a name", "empty", "Give --sign NAME.");
  const { head } = await append(folder, dataset, { kind: "sign", ...signature }, options);
  return head;
}
