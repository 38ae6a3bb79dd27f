import type { LedgerHead } from "../../formats/common.js";
import type { EntryBody } from "../../formats/ledger.js";
import { append } from "./append.js";
import type { LedgerOptions } from "./io.js";
import { attemptsOf, type LedgerState } from "./state.js";

/** An unprotected look at the data, price 0. `attempt` is numbered here, per fit and act. */
export type Look = Omit<Extract<EntryBody, { kind: "look" }>, "kind" | "attempt">;

/** Record a look and number it. */
export async function recordLook(folder: string, dataset: string, look: Look, options: LedgerOptions = {}): Promise<{ attempt: number; head: LedgerHead }> {
  const make = (state: LedgerState): EntryBody => ({ kind: "look", ...look, attempt: attemptsOf(state, look.act, look.fit) + 1 });
  const { entry, head, state } = await append(folder, dataset, make, options);
  return { attempt: entry?.body.kind === "look" ? entry.body.attempt : attemptsOf(state, look.act, look.fit), head };
}
