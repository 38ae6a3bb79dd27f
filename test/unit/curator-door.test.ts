import { describe, expect, it } from "vitest";
import { type Rational, rational } from "../../src/base/rational.js";
import { fitBudget } from "../../src/curator/accounting/account.js";
import { priceOf } from "../../src/curator/accounting/price.js";
import { type CuratorOptions, openCurator, type Reservation } from "../../src/curator/index.js";
import { cells } from "../../src/domain/clique.js";
import { type Coarsening, type View, viewSizes } from "../../src/domain/coarsening.js";
import type { Domain } from "../../src/domain/column.js";
import type { Candidate, Door, MeasureRequest, SelectRequest } from "../../src/domain/door.js";
import { exactMarginal } from "../../src/domain/marginal.js";
import type { CountingEngine } from "../../src/engine/engine.js";
import type { Price } from "../../src/formats/common.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import { type Receipt, receipt } from "../../src/formats/ledger.js";
import { codeOf } from "../support/fault-code.js";
import { seededNoise, zeroNoise } from "../support/test-noise.js";

const SIZES = [2, 3, 4];
const ROWS = [
  [0, 0, 0],
  [0, 2, 3],
  [1, 2, 3],
];

/** Three columns; the door reads names, sizes and the unit only. */
const domain = (maxRows = 1): Domain =>
  ({
    columns: SIZES.map((size, i) => ({ name: `c${i}`, size })),
    identifiers: [],
    unit: maxRows === 1 ? { kind: "row" } : { kind: "person", column: "id", maxRows, source: "public" },
    maxRows,
    schema: {},
  }) as unknown as Domain;

interface Bench {
  door: Door;
  looks: { count: number };
  committed: { price: Price; events: readonly PrivacyEvent[]; noise: string; modelSha256?: string }[];
}

function bench(over: Partial<CuratorOptions> & { account?: "zcdp" | "pure"; epsilon?: number; maxRows?: number } = {}): Bench {
  const { account = "zcdp", epsilon = 1, maxRows = 1, ...options } = over;
  const delta = account === "zcdp" ? 1e-9 : 0;
  const looks = { count: 0 };
  const committed: Bench["committed"] = [];
  const engine: CountingEngine = {
    count: async (cliques, view?: View) => {
      looks.count += 1;
      const seen = viewSizes(SIZES, view);
      return cliques.map((clique) => {
        const counts = new Float64Array(cells(clique, seen));
        for (const row of ROWS) counts[clique.reduce((at, c) => at * seen[c] + (view?.[c]?.of[row[c]] ?? row[c]), 0)] += 1;
        return exactMarginal(clique, counts);
      });
    },
  };
  const reservation: Reservation = {
    fit: "fit-1",
    dataset: "people",
    account,
    price: fitBudget({ account, epsilon, delta }),
    epsilon,
    delta,
    commit: async (a) => {
      committed.push(a);
      return { ledger: { seq: 3, hash: "0".repeat(64) }, spentEpsilon: 0.5, capEpsilon: 3, capDelta: delta };
    },
    cancel: async () => undefined,
  };
  const door = openCurator({ engine, domain: domain(maxRows), reservation, noise: zeroNoise(), method: "test", part: "train", shareLearned: 0.7, ...options });
  return { door, looks, committed };
}

const gaussian = (clique: number[], sigma2: Rational = rational(1000)): MeasureRequest => ({ clique, noise: { kind: "gaussian", sigma2 } });
const laplace = (clique: number[], scale: Rational = rational(10)): MeasureRequest => ({ clique, noise: { kind: "laplace", scale } });
const select: SelectRequest = {
  score: "marginal-l1-error",
  candidates: [
    { clique: [0], estimate: Float64Array.of(2, 1) },
    { clique: [1], estimate: Float64Array.of(0, 3, 0) },
  ],
  eta: rational(1, 10),
};
const [first, second] = select.candidates;
const withFirst = (over: object): SelectRequest => ({ ...select, candidates: [{ ...first, ...over } as Candidate, second] });

describe("the curator's door", () => {
  it("gives marginals in the order asked, the empty clique being the row count, with the noise's variance", async () => {
    const { door, looks } = bench();
    const [total, pair, one] = await door.measure([gaussian([]), gaussian([0, 1]), laplace([2])]);
    expect([...total.counts]).toEqual([3]);
    expect([...pair.counts]).toEqual([1, 0, 1, 0, 0, 1]);
    expect([...one.counts]).toEqual([1, 0, 0, 2]);
    expect([pair.noise, one.noise]).toEqual(["discrete-gaussian", "discrete-laplace"]);
    expect(one.variance).toEqual(rational(200));
    expect(looks.count).toBe(1);
  });

  it("counts coarse cells first, each view by itself, and says so in the events", async () => {
    const { door } = bench();
    const view: View = [undefined, { size: 2, of: Uint32Array.of(0, 1, 1) }, undefined];
    const [coarse, full] = await door.measure([{ ...gaussian([0, 1]), view }, gaussian([1])]);
    expect([...coarse.counts]).toEqual([1, 1, 0, 1]);
    expect([...full.counts]).toEqual([1, 0, 2]);
    const { events } = await door.receipt();
    expect(events.map((e) => (e.type === "discrete-gaussian" ? e.query : ""))).toEqual(["marginal(c0, c1 in 2 groups)", "marginal(c1)"]);
  });

  it("counts parts of a table as one cell each, at any resolution, and says so in the events", async () => {
    const { door, looks } = bench();
    const view: View = [undefined, { size: 2, of: Uint32Array.of(0, 1, 1) }, undefined];
    // cells of c0 × c1: 00 01 02 10 11 12, of which the rows are in 00, 02 and 12
    const [three, all, coarse] = await door.measure([
      { ...gaussian([0, 1]), partition: { size: 3, of: Uint32Array.of(2, 1, 1, 0, 0, 1) } },
      { ...gaussian([0, 1]), partition: { size: 1, of: new Uint32Array(6) } },
      { ...gaussian([0, 1]), view, partition: { size: 2, of: Uint32Array.of(0, 1, 1, 1) } },
    ]);
    expect([three, all, coarse].map((m) => [...m.counts])).toEqual([[0, 2, 1], [3], [1, 2]]);
    expect(looks.count).toBe(2); // once a view
    const { events } = await door.receipt();
    const queries = events.map((e) => (e.type === "discrete-gaussian" ? `${e.query}, ${e.l2Sensitivity}` : ""));
    expect(queries).toEqual(["marginal(c0, c1) in 3 parts, 1", "marginal(c0, c1) in 1 parts, 1", "marginal(c0, c1 in 2 groups) in 2 parts, 1"]);
  });

  it("selects among parts by the L1 error of their estimates", async () => {
    const partition = { size: 2, of: Uint32Array.of(0, 0, 1, 0, 0, 1) }; // two rows in the second part
    const [right, wrong] = [Float64Array.of(1, 2), Float64Array.of(3, 0)].map((estimate): Candidate => ({ clique: [0, 1], partition, estimate }));
    expect(await bench().door.select({ ...select, candidates: [right, wrong] })).toEqual([1]);
    expect(await bench().door.select({ ...select, candidates: [wrong, right] })).toEqual([0]);
  });

  it("adds noise to every cell and never to the engine's own arrays", async () => {
    const counts = Float64Array.of(1, 0, 0, 2);
    const engine: CountingEngine = { count: async () => [exactMarginal([2], counts)] };
    const { door } = bench({ engine, noise: seededNoise("door") });
    const [noisy] = await door.measure([gaussian([2], rational(10_000))]);
    expect([...counts]).toEqual([1, 0, 0, 2]);
    expect([...noisy.counts].every((c, i) => Number.isInteger(c) && c !== counts[i])).toBe(true); // fixed seed
  });

  it("selects by the L1 error of the estimates", async () => {
    expect(await bench().door.select(select)).toEqual([1]);
  });

  it("picks without replacement, groups leaving together, at the price of one event each", async () => {
    const view: View = [undefined, { size: 1, of: Uint32Array.of(0, 0, 0) }, undefined];
    const candidates: Candidate[] = [
      { clique: [1], estimate: Float64Array.of(0, 3, 0), group: 7 }, // error 1 + 3 + 2 = 6
      { clique: [1], view, estimate: Float64Array.of(8), group: 7 }, // error 5
      { clique: [0], estimate: Float64Array.of(0, 0), group: 2 }, // error 3, less a handicap of 2
      { clique: [2], estimate: Float64Array.of(1, 0, 0, 1), weight: 3 }, // error 1, three times
    ];
    const { door } = bench();
    expect(await door.select({ ...select, candidates: candidates.map((c, i) => (i === 2 ? { ...c, handicap: 2 } : c)), picks: 9 })).toEqual([0, 3, 2]);
    const { events, price } = await door.receipt();
    expect(events).toEqual(Array.from({ length: 3 }, () => ({ type: "exponential", score: "marginal-l1-error", eta: "1/10", sensitivity: 3, candidates: 4, inARow: 3 })));
    expect(price.rhoFemto).toBe(`${(3n * 10n ** 13n) / 8n}`);
  });

  it("refuses what the reservation does not cover before it looks, and releases nothing of that call", async () => {
    const { door, looks } = bench();
    const before = door.left();
    expect(await codeOf(door.measure([gaussian([0]), gaussian([1], rational(1))]))).toBe("DPS-E443 3");
    expect(await codeOf(door.select({ ...select, eta: rational(5) }))).toBe("DPS-E443 3");
    expect(looks.count).toBe(0);
    expect(door.left()).toEqual(before);
  });

  it("spends a reservation to its last grain and no further", async () => {
    const { door } = bench();
    const left = door.left();
    const sigma2 = rational(left.den, 2n * left.num); // exactly ρ = left
    await door.measure([gaussian([0], sigma2)]);
    expect(door.left()).toEqual(rational(0));
    expect(await codeOf(door.measure([gaussian([0], rational(2n ** 79n))]))).toBe("DPS-E443 3");
  });

  it("sensitivity follows the unit's rows", async () => {
    const { door } = bench({ maxRows: 3 });
    await door.measure([gaussian([0], rational(90_000)), laplace([1], rational(1000))]);
    await door.select(select);
    const { price, events, unit } = await door.receipt();
    expect(events).toMatchObject([{ l2Sensitivity: 3 }, { l1Sensitivity: 3 }, { sensitivity: 3, candidates: 2, eta: "1/10" }]);
    // 9/(2·90000) + (3/1000)²/2 + (1/10)²/8
    expect(price).toEqual({ rhoFemto: `${50_000_000_000n + 4_500_000_000n + 1_250_000_000_000n}`, deltaAtto: "0" });
    expect(unit).toEqual({ kind: "person", maxRows: 3 });
  });

  it("a pure account refuses Gaussian noise and takes Laplace and selection", async () => {
    const { door, looks } = bench({ account: "pure" });
    expect(await codeOf(door.measure([gaussian([0])]))).toBe("DPS-E444 3");
    expect(looks.count).toBe(0);
    await door.measure([laplace([0], rational(2))]);
    await door.select({ ...select, eta: rational(1, 2) });
    expect(door.left()).toEqual(rational(0));
    const { epsilon, delta } = await door.receipt();
    expect([epsilon, delta]).toEqual([1, 0]);
  });

  it("gives a receipt that its own format accepts, priced by its own events, and then closes", async () => {
    const { door, committed } = bench();
    await door.measure([gaussian([0]), gaussian([1])]);
    const given: Receipt = await door.receipt();
    expect(receipt.parse(given)).toEqual(given);
    expect(given.price).toEqual(priceOf(given.events));
    expect(committed).toEqual([{ price: given.price, events: given.events, noise: given.noise }]);
    expect(given.noise).toBe("TEST ONLY");
    expect([given.epsilon, given.delta]).toEqual([1, 1e-9]);
    for (const act of [() => door.measure([]), () => door.select(select), () => door.receipt()]) expect(await codeOf(act())).toBe("DPS-E442 70");
    expect(committed.length).toBe(1);
  });

  it("commits the hash of the model that was made from its answers", async () => {
    const { door, committed } = bench();
    const { price, events } = await door.receipt("a".repeat(64));
    expect(committed).toEqual([{ price, events, noise: "TEST ONLY", modelSha256: "a".repeat(64) }]);
  });

  it("an engine's error does not cross, and what was reserved for it stays spent", async () => {
    const engine: CountingEngine = { count: async () => Promise.reject(new Error("row 17: Jane Doe")) };
    const { door } = bench({ engine });
    const left = door.left();
    for (const act of [() => door.measure([gaussian([0])]), () => door.select(select)]) {
      const error: Error = await act().then(
        () => new Error("did not throw"),
        (e) => e,
      );
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain("Jane");
      expect(error.message).toContain("could not count");
    }
    expect(door.left()).not.toEqual(left);
    expect((await door.receipt()).events.length).toBe(2);
  });

  it("an engine that counts other cells is an error", async () => {
    const { door } = bench({ engine: { count: async () => [exactMarginal([0], new Float64Array(3))] } });
    expect(await codeOf(door.measure([gaussian([0])]))).toBe("DPS-E900 70");
  });

  it("a request changed after the call has no effect", async () => {
    const { door } = bench();
    const request = { clique: [0], noise: { kind: "gaussian" as const, sigma2: { num: 1000n, den: 1n } } };
    const answer = door.measure([request]);
    request.clique = [0, 1, 2];
    request.noise.sigma2 = { num: 1n, den: 10n ** 9n };
    expect((await answer)[0].counts.length).toBe(2);
    // over shared memory, which a structured clone would share
    const partition = { size: 2, of: new Uint32Array(new SharedArrayBuffer(16)) };
    partition.of.set([0, 1, 1, 1]);
    const parts = door.measure([{ ...gaussian([2]), partition }]);
    partition.of.fill(0);
    expect([...(await parts)[0].counts]).toEqual([1, 2]);
  });

  const short: View = [{ size: 1, of: Uint32Array.of(0) }, undefined, undefined];
  const wide: View = [{ size: 1, of: Uint32Array.of(0, 1) }, undefined, undefined];
  it.each<[string, (door: Door) => Promise<unknown>]>([
    ["a clique out of order", (d) => d.measure([gaussian([1, 0])])],
    ["a repeated column", (d) => d.measure([gaussian([1, 1])])],
    ["a column that is not there", (d) => d.measure([gaussian([3])])],
    ["a fractional column", (d) => d.measure([gaussian([0.5])])],
    ["variance 0", (d) => d.measure([gaussian([0], { num: 0n, den: 1n })])],
    ["a negative variance", (d) => d.measure([gaussian([0], { num: -1n, den: 1n })])],
    ["a negative denominator", (d) => d.measure([gaussian([0], { num: 1n, den: -1n })])],
    ["an absurd variance", (d) => d.measure([gaussian([0], rational(2n ** 81n))])],
    ["scale 0", (d) => d.measure([laplace([0], { num: 0n, den: 1n })])],
    ["no kind of noise", (d) => d.measure([{ clique: [0], noise: { kind: "none" } } as unknown as MeasureRequest])],
    ["a view of other length", (d) => d.measure([{ ...gaussian([0]), view: [undefined] }])],
    ["a view that misses a code", (d) => d.measure([{ ...gaussian([0]), view: short }])],
    ["a view that maps beyond its size", (d) => d.measure([{ ...gaussian([0]), view: wide }])],
    ["a view in a plain array", (d) => d.measure([{ ...gaussian([0]), view: [{ size: 2, of: [0, -1] }, undefined, undefined] as unknown as View }])],
    ["a view of signed codes", (d) => d.measure([{ ...gaussian([0]), view: [{ size: 2, of: Int32Array.of(0, -1) }, undefined, undefined] as unknown as View }])],
    ["a partition that misses a cell", (d) => d.measure([{ ...gaussian([0, 1]), partition: { size: 1, of: new Uint32Array(5) } }])],
    ["a partition that maps beyond its size", (d) => d.measure([{ ...gaussian([0]), partition: { size: 1, of: Uint32Array.of(0, 1) } }])],
    [
      "a partition of full cells under a view",
      (d) => d.measure([{ ...gaussian([1]), view: [undefined, { size: 2, of: Uint32Array.of(0, 1, 1) }, undefined], partition: { size: 1, of: new Uint32Array(3) } }]),
    ],
    ["a partition in a plain array", (d) => d.measure([{ ...gaussian([0]), partition: { size: 2, of: [0, -1] } as unknown as Coarsening }])],
    ["a partition of half a part", (d) => d.measure([{ ...gaussian([0]), partition: { size: 1.5, of: Uint32Array.of(0, 1) } }])],
    ["a partition of more parts than cells", (d) => d.measure([{ ...gaussian([0]), partition: { size: 3, of: Uint32Array.of(0, 1) } }])],
    ["a view of more groups than codes", (d) => d.measure([{ ...gaussian([0]), view: [{ size: 3, of: Uint32Array.of(0, 1) }, undefined, undefined] }])],
    ["a partition of no part", (d) => d.measure([{ ...gaussian([0]), partition: { size: 0, of: new Uint32Array(2) } }])],
    ["a candidate's partition that misses a cell", (d) => d.select(withFirst({ partition: { size: 2, of: Uint32Array.of(1) } }))],
    ["an estimate of every cell beside a partition", (d) => d.select(withFirst({ partition: { size: 1, of: new Uint32Array(2) } }))],
    [
      "a partition where a child is scored",
      (d) => d.select({ ...select, score: "product-l1-error", candidates: [{ clique: [0, 1], child: 0, partition: { size: 6, of: Uint32Array.from([0, 1, 2, 3, 4, 5]) } }] }),
    ],
    ["an estimate in a plain array", (d) => d.select(withFirst({ estimate: [2, 1] }))],
    ["an estimate of big integers", (d) => d.select(withFirst({ estimate: BigInt64Array.of(2n, 1n) }))],
    ["a model's hash that is none", (d) => d.receipt("abc")],
    ["an unknown score", (d) => d.select({ ...select, score: "toString" } as unknown as SelectRequest)],
    ["no candidate", (d) => d.select({ ...select, candidates: [] })],
    ["a missing estimate", (d) => d.select(withFirst({ estimate: undefined }))],
    ["an estimate of other shape", (d) => d.select(withFirst({ estimate: second.estimate }))],
    ["an estimate that is not a number", (d) => d.select(withFirst({ estimate: Float64Array.of(Number.NaN, 1) }))],
    ["a weight of 0", (d) => d.select(withFirst({ weight: 0 }))],
    ["a fractional weight", (d) => d.select(withFirst({ weight: 1.5 }))],
    ["a handicap that is not finite", (d) => d.select(withFirst({ handicap: Number.POSITIVE_INFINITY }))],
    ["a group in text", (d) => d.select(withFirst({ group: "a" }))],
    ["no pick", (d) => d.select({ ...select, picks: 0 })],
    ["eta 0", (d) => d.select({ ...select, eta: { num: 0n, den: 1n } })],
  ])("refuses %s, uncounted and uncharged", async (_, act) => {
    const { door, looks } = bench();
    const left = door.left();
    expect(await codeOf(act(door))).toBe("DPS-E445 70");
    expect(looks.count).toBe(0);
    expect(door.left()).toEqual(left);
  });
});
