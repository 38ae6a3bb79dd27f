import { describe, expect, it } from "vitest";
import { type Rational, rational, toDouble } from "../../src/base/rational.js";
import { type DiscoveryOptions, discoverBounds, discoverCategories, MAGNITUDE_BUCKETS, magnitudeBucket, thresholdFor } from "../../src/curator/discover.js";
import { openPurse } from "../../src/curator/purse.js";
import { seededNoise, zeroNoise } from "../support/test-noise.js";

const options = (over: Partial<DiscoveryOptions> = {}): DiscoveryOptions => ({
  purse: openPurse({ account: "zcdp", price: { rhoFemto: `${10n ** 15n}`, deltaAtto: "1000000000" } }),
  noise: zeroNoise(),
  column: "city",
  maxRows: 1,
  sigma2: rational(4),
  ...over,
});
const DELTA = rational(1, 1_000_000_000);

/** P[N_ℤ(0, σ²) ≥ m] by direct summation. */
function tail(sigma2: number, m: number): number {
  let all = 0;
  let above = 0;
  for (let k = -400; k <= 400; k += 1) {
    const w = Math.exp((-k * k) / (2 * sigma2));
    all += w;
    if (k >= m) above += w;
  }
  return above / all;
}

describe("threshold", () => {
  it.each<[Rational, number]>([
    [rational(4), 1],
    [rational(81, 2), 3],
    [rational(900), 10],
    [rational(1, 9), 2],
  ])("is the smallest whose delta fits, sigma^2 = %o, k = %d", (sigma2, k) => {
    const { threshold, delta } = thresholdFor(sigma2, k, DELTA);
    const s = toDouble(sigma2);
    expect(toDouble(delta)).toBeLessThanOrEqual(1e-9);
    expect(Math.abs(toDouble(delta) - k * tail(s, threshold - k))).toBeLessThan(2e-18 + 1e-11 * toDouble(delta));
    expect(threshold === k + 1 || k * tail(s, threshold - k - 1) > 1e-9).toBe(true);
  });

  it.each([rational(0), rational(1, 10n ** 19n), rational(1), rational(3, 2)])("refuses delta %o", (delta) => {
    expect(() => thresholdFor(rational(4), 1, delta)).toThrow(/DPS-E446/);
  });
});

describe("discovery of categories", () => {
  it("publishes frequent values only, sorted, and books the price first", async () => {
    const o = options();
    const { threshold } = thresholdFor(o.sigma2, 1, DELTA);
    let left: Rational | undefined;
    const found = await discoverCategories(o, DELTA, async () => {
      left = o.purse.left();
      return new Map([
        ["rome", 500],
        ["aarhus", threshold],
        ["only me", 1],
        ["few", threshold - 1],
      ]);
    });
    expect(found).toEqual(["aarhus", "rome"]);
    expect(left).toEqual(rational(7, 8)); // 1 − 1/(2·4)
    const { price, events } = o.purse.close();
    expect(BigInt(price.deltaAtto)).toBeLessThanOrEqual(1_000_000_000n);
    expect(events).toMatchObject([{ type: "threshold", query: "values(city)", l2Sensitivity: 1, threshold }]);
  });

  it("refuses before it looks where rho or delta is not reserved", async () => {
    let looks = 0;
    const count = async () => {
      looks += 1;
      return new Map<string, number>();
    };
    await expect(discoverCategories(options({ sigma2: rational(1, 4) }), DELTA, count)).rejects.toThrow(/DPS-E443/);
    await expect(discoverCategories(options(), rational(1, 1000), count)).rejects.toThrow(/DPS-E443/);
    expect(looks).toBe(0);
  });

  it("forwards no word of a reader's error", async () => {
    const failing = discoverCategories(options(), DELTA, async () => Promise.reject(new Error("Jane Doe")));
    await expect(failing).rejects.toThrow(/^((?!Jane).)*$/s);
    await expect(failing).rejects.toThrow(/DPS-E447/);
  });

  it("is noisy: a value at the threshold passes about half of the time", async () => {
    const { threshold } = thresholdFor(rational(4), 1, DELTA);
    const map = new Map(Array.from({ length: 4000 }, (_, i) => [`v${i}`, threshold]));
    const found = await discoverCategories(options({ noise: seededNoise("t") }), DELTA, async () => map);
    expect(found.length).toBeGreaterThan(2000); // P[Z ≥ 0] = .5997 at σ = 2; seeded, so no false alarms
    expect(found.length).toBeLessThan(2800);
  });
});

describe("discovery of bounds", () => {
  it.each([
    [0, 63],
    [0.99, 63],
    [-0.5, 63],
    [1, 64],
    [1.99, 64],
    [2, 65],
    [-1, 62],
    [-4, 60],
    [2 ** 61, 125],
    [2 ** 62, 126],
    [1e300, 126],
    [Number.NEGATIVE_INFINITY, 0],
  ])("puts %d in bucket %d", (x, bucket) => {
    expect(magnitudeBucket(x)).toBe(bucket);
  });

  it("gives power-of-two bounds that hold every well-filled bucket", async () => {
    const histogram = (values: number[]) => async () => {
      const out = new Float64Array(MAGNITUDE_BUCKETS);
      for (const x of values) out[magnitudeBucket(x)] += 100;
      return out;
    };
    expect(await discoverBounds(options(), histogram([17, 90]))).toEqual({ minimum: 16, maximum: 128 });
    expect(await discoverBounds(options(), histogram([-3, 0.5, 7]))).toEqual({ minimum: -4, maximum: 8 });
    expect(await discoverBounds(options(), histogram([0.2]))).toEqual({ minimum: -1, maximum: 1 });
    expect(await discoverBounds(options(), histogram([-100, -50]))).toEqual({ minimum: -128, maximum: -32 });
    expect(await discoverBounds(options(), histogram([]))).toBeUndefined();
  });
});
