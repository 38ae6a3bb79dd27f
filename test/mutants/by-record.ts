import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ledgerChecks, receiptChecks } from "../../src/app/receipt-check.js";
import { requireEpsilon } from "../../src/app/workspace.js";
import { DpsynthError } from "../../src/base/errors.js";
import { rational } from "../../src/base/rational.js";
import { openCurator, type Reservation } from "../../src/curator/index.js";
import { createBudget, openLedger, recordSplit, reserve, verifyLedger } from "../../src/curator/ledger/index.js";
import type { Door, MeasureRequest } from "../../src/domain/door.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { memoryEngine } from "../../src/engine/memory.js";
import type { PaidModel } from "../../src/formats/model.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { fitModel } from "../../src/synth/fit-model.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { tinySchema } from "../support/cli/workspace.js";
import { inFolder, ledgerLines, writeLines, zcdpFit } from "../support/ledger/budget.js";
import { sharedCodes } from "../support/tables.js";
import { seededNoise } from "../support/test-noise.js";
import type { Mutant } from "./mutant.js";

const domain = domainFromSchema(tableSchema.parse(tinySchema), "tiny");
const table: EncodedTable = { domain, rows: 40, codes: domain.columns.map(({ size }) => sharedCodes(size, 40)), unitCount: 40 };

/** A budget with a split, in a folder of its own. */
const withBudget = (act: (folder: string) => Promise<boolean>): Promise<boolean> =>
  inFolder(async (folder) => {
    await createBudget(folder, { dataset: "people", epsilon: 3, delta: 1e-9 });
    await recordSplit(folder, "people", { holdout: 0, reference: 0 });
    return await act(folder);
  });

/** One fit of one-ways, paid for. */
async function fitted(folder: string, fit = "fit-1", seed = "record"): Promise<PaidModel> {
  return await learn(await reserve(folder, "people", { ...zcdpFit(fit, 1, 1e-9), method: "independent" }), doorWith(seed));
}

type MakeDoor = (reservation: Reservation) => Door;

const doorWith =
  (seed: string): MakeDoor =>
  (reservation) =>
    openCurator({ engine: memoryEngine(table, 1), domain, reservation, noise: { ...seededNoise(seed), provenance: "secure" }, method: "independent", part: "train", shareLearned: 1 });

async function learn(reservation: Reservation, make: MakeDoor = doorWith("record")): Promise<PaidModel> {
  return JSON.parse(JSON.stringify(await fitModel("independent", make(reservation), domain, undefined)));
}

/** Answers with less noise than the purse holds, and books afterwards what it does hold. */
const answersFirst: MakeDoor = (reservation) => {
  const paid = doorWith("paid")(reservation);
  const unpaid = doorWith("unpaid")({ ...reservation, price: { rhoFemto: `${10n ** 20n}`, deltaAtto: "0" } });
  const sharper = (request: MeasureRequest): MeasureRequest => ({ ...request, noise: { kind: "gaussian", sigma2: rational(1) } });
  return {
    ...paid,
    measure: async (requests) => {
      const answers = await unpaid.measure(requests.map(sharper));
      await paid.measure(requests);
      return answers;
    },
  };
};

/** What `dpsynth verify` asks of a model and its ledger. */
async function verified(folder: string, model: PaidModel): Promise<boolean> {
  const checks = [...receiptChecks(model), ...ledgerChecks(model, await openLedger(folder, "people"))];
  return checks.every((check) => check.ok);
}

const honest = (): Promise<boolean> => withBudget(async (folder) => await verified(folder, await fitted(folder)));

async function refusedWith(code: string, act: Promise<unknown>): Promise<boolean> {
  const error = await act.then(
    () => undefined,
    (e: unknown) => e,
  );
  return error instanceof DpsynthError && error.fault.code === code;
}

const sound = async (folder: string, witness: Parameters<typeof verifyLedger>[2] = []): Promise<boolean> => (await verifyLedger(folder, "people", witness)).sound;

/** Defects of the record: what was looked at and what was paid for are not the same. */
export const RECORD_MUTANTS: readonly Mutant[] = [
  {
    id: "charged-afterwards",
    defect: 3,
    what: "An answer leaves before its price is asked for, and is kept where the budget does not cover it",
    by: "verify",
    caught: () =>
      withBudget(async (folder) => {
        const reserved = await reserve(folder, "people", { ...zcdpFit("fit-1", 1, 1e-9), method: "independent" });
        return !(await verified(folder, await learn(reserved, answersFirst)));
      }),
    spared: honest,
  },
  {
    id: "one-price-two-models",
    defect: 7,
    what: "A second model is made from the data under the receipt of the first",
    by: "verify",
    caught: () =>
      withBudget(async (folder) => {
        const first = await fitted(folder);
        let again = first;
        await withBudget(async (elsewhere) => {
          again = await fitted(elsewhere, "fit-1", "other");
          return true;
        });
        return !(await verified(folder, { ...again, receipt: first.receipt }));
      }),
    spared: honest,
  },
  {
    id: "epsilon-off",
    defect: 13,
    what: "ε of 0, NaN, a negative one or an empty text means: no noise",
    by: "argument",
    caught: async () =>
      [0, Number.NaN, -1, Number.POSITIVE_INFINITY, "" as unknown as number].every((epsilon) => {
        try {
          requireEpsilon(epsilon, "--epsilon");
          return false;
        } catch (error) {
          return error instanceof DpsynthError && error.fault.code === "DPS-E110";
        }
      }),
    spared: async () => requireEpsilon(0.1, "--epsilon") === 0.1,
  },
  {
    id: "epsilon-understated",
    defect: 13,
    what: "The receipt names ε = 1, the noise is that of ε = 3",
    by: "verify",
    caught: () =>
      withBudget(async (folder) => {
        const reserved = await reserve(folder, "people", { ...zcdpFit("fit-1", 3, 1e-9), method: "independent" });
        return !(await verified(folder, await learn({ ...reserved, epsilon: 1 })));
      }),
    spared: honest,
  },
  {
    id: "discarded-fit-erased",
    defect: 17,
    what: "The entries of a fit that was tried and thrown away are taken out of the ledger",
    by: "ledger",
    caught: () =>
      withBudget(async (folder) => {
        await fitted(folder, "tried");
        await fitted(folder, "kept");
        writeLines(
          folder,
          ledgerLines(folder).filter((line) => !line.includes('"tried"')),
        );
        return !(await sound(folder));
      }),
    spared: () =>
      withBudget(async (folder) => {
        await fitted(folder, "tried");
        await fitted(folder, "kept");
        return await sound(folder);
      }),
  },
  {
    id: "retry-uncharged",
    defect: 18,
    what: "A fit that failed after its first look gives its reservation back and tries again under it",
    by: "ledger",
    caught: () =>
      withBudget(async (folder) => {
        const reserved = await reserve(folder, "people", { ...zcdpFit("fit-1", 1, 1e-9), method: "independent" });
        await learn({ ...reserved, commit: () => Promise.reject(new Error("the disk is full")) }).catch(() => reserved.cancel("failed"));
        const again = await learn(reserved).then(
          () => false,
          (e: unknown) => e instanceof DpsynthError,
        );
        return again;
      }),
    spared: honest,
  },
  {
    id: "paid-twice-by-one-key",
    defect: 18,
    what: "A retry under the same idempotency key would run and pay again",
    by: "ledger",
    caught: () =>
      withBudget(async (folder) => {
        const request = { ...zcdpFit("fit-1", 1, 1e-9), method: "independent", idempotencyKey: "k" };
        await learn(await reserve(folder, "people", request));
        return await refusedWith("DPS-E410", reserve(folder, "people", { ...request, fit: "fit-2" }));
      }),
    spared: honest,
  },
  {
    id: "budget-set-back",
    defect: 19,
    what: "The budget's folder is set back to a copy from before the spend",
    by: "ledger",
    caught: () =>
      withBudget(async (folder) => {
        const copy = join(folder, "copy");
        cpSync(join(folder, "people"), copy, { recursive: true });
        const { receipt } = await fitted(folder);
        rmSync(join(folder, "people"), { recursive: true });
        cpSync(copy, join(folder, "people"), { recursive: true });
        return !(await sound(folder, [receipt.ledger]));
      }),
    spared: () => withBudget(async (folder) => await sound(folder, [(await fitted(folder)).receipt.ledger])),
  },
];
