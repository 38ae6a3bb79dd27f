import { describe, expect, it } from "vitest";
import { createBudget, openLedger, verifyLedger } from "../../src/curator/ledger/index.js";
import type { EntryBody } from "../../src/formats/ledger.js";
import { faultOf, inFolder, pureFit } from "../support/ledger/budget.js";
import { forge } from "../support/ledger/forge.js";

const reserveBody = (fit: string, epsilon: number): EntryBody => ({ kind: "reserve", fit, method: "mst", part: "train", price: pureFit(fit, epsilon).price });
const commitBody = (fit: string, femto: string): EntryBody => ({
  kind: "commit",
  fit,
  price: { rhoFemto: "5000000000000", epsilonFemto: femto, deltaAtto: "0" },
  events: [{ type: "discrete-laplace", query: "sex", scale: "10", l1Sensitivity: 1 }],
  noise: "secure",
});

describe("verifyLedger prices what the key's holder wrote", () => {
  const cases: [string, EntryBody[], { kind: string; line: number } | undefined][] = [
    ["a fit within the cap", [reserveBody("a", 0.5), commitBody("a", "100000000000000")], undefined],
    ["a commit below its events' price", [reserveBody("a", 0.5), commitBody("a", "099999999999999")], { kind: "price", line: 3 }],
    ["a commit above its reservation", [reserveBody("a", 0.05), commitBody("a", "100000000000000")], { kind: "impossible", line: 3 }],
    ["reservations beyond the cap", [reserveBody("a", 0.5), reserveBody("b", 0.500001)], { kind: "cap", line: 3 }],
    ["a commit without a reservation", [commitBody("a", "100000000000000")], { kind: "impossible", line: 2 }],
    ["a cancel after a commit", [reserveBody("a", 0.5), commitBody("a", "100000000000000"), { kind: "cancel", fit: "a", reason: "x" }], { kind: "impossible", line: 4 }],
    ["one fit reserved twice", [reserveBody("a", 0.1), reserveBody("a", 0.1)], { kind: "impossible", line: 3 }],
    ["a cap that is lowered", [{ kind: "raise", epsilon: 0.5, delta: 0, by: "Ada", reason: "x" }], { kind: "impossible", line: 2 }],
    ["a second creation", [{ kind: "create", account: "pure", epsilon: 9, delta: 0 }], { kind: "impossible", line: 2 }],
    [
      "a second split",
      [
        { kind: "split", holdout: 0.2, reference: 0 },
        { kind: "split", holdout: 0.1, reference: 0 },
      ],
      { kind: "impossible", line: 3 },
    ],
    ["a look that skips a number", [{ kind: "look", act: "audit", fit: "a", attempt: 2 }], { kind: "impossible", line: 2 }],
    ["a version that skips a number", [{ kind: "attach", fingerprint: "0".repeat(64), columns: [], version: 2 }], { kind: "impossible", line: 2 }],
    ["a negative price", [{ ...(reserveBody("a", 0.1) as Extract<EntryBody, { kind: "reserve" }>), price: { rhoFemto: "1", epsilonFemto: "-5", deltaAtto: "0" } }], { kind: "impossible", line: 2 }],
  ];
  it.each(cases)("%s", (_name, bodies, finding) =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
      forge(folder, bodies);
      const { findings } = await verifyLedger(folder, "people", []);
      if (finding === undefined) expect(findings).toEqual([]);
      else expect(findings).toMatchObject([finding]);
      if (finding?.kind === "impossible") expect((await faultOf(openLedger(folder, "people"))).code).toBe("DPS-E406");
    }),
  );
});
