import { fitBudget } from "../../src/curator/accounting/account.js";
import { gaussianDpBudget } from "../../src/curator/accounting/own-price.js";
import { type Noise, openCurator, type Reservation } from "../../src/curator/index.js";
import type { Door } from "../../src/domain/door.js";
import { memoryEngine } from "../../src/engine/memory.js";
import type { Price } from "../../src/formats/common.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import type { EncodedTable } from "../../src/table/encoded.js";

/** A real curator over a table in memory, whose ledger is a list. */
export interface OpenedDoor {
  readonly door: Door;
  readonly reserved: Price;
  readonly committed: { readonly price: Price; readonly events: readonly PrivacyEvent[] }[];
}

/** `alone`: priced as Gaussian differential privacy. */
export function openDoor(table: EncodedTable, noise: Noise, { epsilon = 1, delta = 1e-9, account = "zcdp" as "zcdp" | "pure", alone = false } = {}): OpenedDoor {
  const own = alone ? gaussianDpBudget(epsilon, delta) : undefined;
  if (alone && own === undefined) throw new Error("no price");
  const reserved = own?.price ?? fitBudget({ account, epsilon, delta });
  const committed: OpenedDoor["committed"] = [];
  const reservation: Reservation = {
    fit: "fit-1",
    dataset: "test",
    account,
    price: reserved,
    epsilon,
    delta,
    ...(own === undefined ? {} : { ownPrice: { by: "gaussian-dp", epsilon: own.epsilon, delta, closesLedger: true } }),
    commit: async (a) => {
      committed.push(a);
      return { ledger: { seq: 3, hash: "0".repeat(64) }, spentEpsilon: epsilon, capEpsilon: epsilon, capDelta: delta };
    },
    cancel: async () => undefined,
  };
  const door = openCurator({ engine: memoryEngine(table, 1), domain: table.domain, reservation, noise, method: "test", part: "all", shareLearned: 1 });
  return { door, reserved, committed };
}
