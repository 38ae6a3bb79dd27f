import { createHash, createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/base/hash.js";
import { readChain } from "../../src/curator/ledger/chain.js";
import { createBudget, openLedger, reserve, verifyLedger } from "../../src/curator/ledger/index.js";
import type { Reservation } from "../../src/curator/reservation.js";
import { faultOf, inFolder, pureFit } from "../support/ledger/budget.js";

const KEY = randomBytes(32);

/** A ledger's lines by a second hand: hashes and macs made here, with none of the ledger's code but canonical JSON. */
function linesOf(notes: readonly string[]): string[] {
  const lines: string[] = [];
  let prev = "0".repeat(64);
  const bodies = [{ kind: "create", account: "pure", epsilon: 1, delta: 0 }, ...notes.map((note) => ({ kind: "sign", by: "Ada", note, verdict: "pass", hashes: {} }))];
  for (const [seq, body] of bodies.entries()) {
    const fields = { seq, at: "2026-01-01T00:00:00.000Z", prev, body };
    const line = canonicalJson({ ...fields, mac: createHmac("sha256", KEY).update(canonicalJson(fields)).digest("hex") });
    prev = createHash("sha256").update(line).digest("hex");
    lines.push(line);
  }
  return lines;
}

const bytesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(""));

describe("a chain", () => {
  it("has a finding wherever its lines are not a beginning of what was written", () => {
    const nasty = fc.oneof(fc.string({ unit: "binary" }), fc.constant('{"at":"2026"}'), fc.constant('\n{"at":'));
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(), { maxLength: 9 }), (notes, picks) => {
        const lines = linesOf(notes);
        expect(readChain(bytesOf(lines), KEY)).toMatchObject({ findings: [], lost: [], glued: [], tornBytes: 0, accepted: { length: lines.length } });
        const chosen = picks.map((pick) => lines[pick % lines.length] as string);
        const isBeginning = chosen.length > 0 && chosen.every((line, i) => line === lines[i]);
        expect(readChain(bytesOf(chosen), KEY).findings.length === 0).toBe(isBeginning);
      }),
      { seed: 17, numRuns: 1500 },
    );
  });

  it("cut at any byte keeps exactly the whole lines, and no cut looks like tampering", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 4 }), fc.nat(), (notes, at) => {
        const lines = linesOf(notes);
        const whole = bytesOf(lines);
        const first = Buffer.byteLength(lines[0] as string);
        const kept = whole.subarray(0, first + (at % (whole.length - first + 1)));
        const chain = readChain(kept, KEY);
        expect(chain.findings).toEqual([]);
        let ends = 0;
        const complete = lines.filter((line) => {
          ends += Buffer.byteLength(line);
          const here = ends <= kept.length;
          ends += 1;
          return here;
        });
        expect(chain.accepted).toHaveLength(complete.length);
        expect(chain.tornBytes).toBe(Math.max(0, kept.length - bytesOf(complete).length));
      }),
      { seed: 18, numRuns: 600 },
    );
  });

  it("under another key has nothing that counts as sound", () => {
    expect(readChain(bytesOf(linesOf(["a"])), randomBytes(32)).findings.length).toBeGreaterThan(0);
    expect(readChain(bytesOf(linesOf(["a"])), undefined).findings).toEqual([]);
  });
});

describe("an account", () => {
  it("agrees with a plain sum of integers over any run of reservations, commits and cancels", async () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant("reserve" as const), micro: fc.integer({ min: 1, max: 600_000 }) }),
      fc.record({ kind: fc.constantFrom("commit" as const, "cancel" as const), which: fc.nat(5) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), (acts) =>
        inFolder(async (folder) => {
          await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
          const open: { reservation: Reservation; micro: number }[] = [];
          let spent = 0;
          for (const [i, step] of acts.entries()) {
            if (step.kind === "reserve") {
              const asked = reserve(folder, "people", pureFit(`fit-${i}`, step.micro / 1e6));
              if (spent + step.micro <= 1_000_000) {
                open.push({ reservation: await asked, micro: step.micro });
                spent += step.micro;
              } else {
                expect((await faultOf(asked)).exit).toBe(3);
              }
            } else if (open.length > 0) {
              const [{ reservation, micro }] = open.splice(step.which % open.length, 1) as [{ reservation: Reservation; micro: number }];
              if (step.kind === "cancel") {
                await reservation.cancel("no row was read");
                spent -= micro;
              } else {
                const half = Math.floor(micro / 2);
                await reservation.commit({ price: { ...reservation.price, epsilonFemto: `${half}000000000` }, events: [], noise: "secure" });
                spent -= micro - half;
              }
            }
            const { balance } = await openLedger(folder, "people");
            expect(balance.spent.epsilonFemto).toBe(`${spent * 1e9}`);
            expect(balance.largestEpsilon).toBe((1_000_000 - spent) / 1e6);
          }
          expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
        }),
      ),
      { seed: 19, numRuns: 12 },
    );
  });
});
