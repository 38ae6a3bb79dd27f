import { describe, expect, it } from "vitest";
import { type FakeKind, faker } from "../../src/synth/release/fakes.js";

const ROWS = 200_000;
const shape: Record<Exclude<FakeKind, "sequence">, RegExp> = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  email: /^[a-z.]+\.[0-9a-z]+@example\.(com|net|org)$/,
  name: /^[A-Z][a-z]+ ([A-Z]+\. )?[A-Z][a-z]+$/,
  phone: /^\+1-[2-9]\d\d-555-01\d\d( ext\. \d+)?$/,
  iban: /^ZZ\d{22}$/,
  "national-id": /^(000|666)-\d\d-\d{4}$|^9\d\d-(0[1-9]|[1-4]\d)-\d{4}$/,
};
const kinds = Object.keys(shape) as (keyof typeof shape)[];

describe.each(kinds)("fake %s", (kind) => {
  it("is well-formed, from its range, and unique over 200,000 rows and a far block", async () => {
    const maker = await faker(kind, "seed");
    const made = [...(maker.make(0, ROWS) as string[]), ...(maker.make(40_000_000, 50_000) as string[])];
    expect(made.filter((text) => !shape[kind].test(text)).slice(0, 3)).toEqual([]);
    expect(new Set(made).size).toBe(made.length);
  });

  it("hangs on (seed, row) alone", async () => {
    const whole = (await faker(kind, "seed")).make(0, 3000) as string[];
    const again = await faker(kind, "seed");
    expect([...(again.make(1000, 2000) as string[])]).toEqual(whole.slice(1000));
    expect((await faker(kind, "other")).make(0, 3000)).not.toEqual(whole);
  });
});

describe("ranges that belong to nobody", () => {
  it("IBAN check digits are right (ISO 7064 mod 97-10), by BigInt", async () => {
    for (const text of (await faker("iban", "s")).make(0, 500) as string[]) {
      const moved = text.slice(4) + text.slice(0, 4);
      expect(BigInt(moved.replace(/[A-Z]/g, (c) => String(c.charCodeAt(0) - 55))) % 97n).toBe(1n);
    }
  });

  it("national-id ends with a fault before it would repeat", async () => {
    const maker = await faker("national-id", "s");
    expect((maker.make(50_999_999, 1) as string[])[0]).toMatch(shape["national-id"]);
    expect(() => maker.make(51_000_000, 1)).toThrow(/DPS-E513/);
  });

  it("names stay unique past the pairs of the lists", async () => {
    const maker = await faker("name", "s");
    const far = maker.make(0, 10).length;
    expect(far).toBe(10);
    const firsts = [0, 5_000_000, 50_000_000, 500_000_000].flatMap((from) => maker.make(from, 1000) as string[]);
    expect(new Set(firsts).size).toBe(4000);
  });

  it("a sequence counts from 1", async () => {
    expect([...((await faker("sequence", "s")).make(5, 3) as Float64Array)]).toEqual([6, 7, 8]);
  });
});
