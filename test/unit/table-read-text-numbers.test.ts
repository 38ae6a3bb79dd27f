import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TextNumbers } from "../../src/table/read/text-numbers.js";

describe("numbers of texts", () => {
  it("are those of one Map, however few keys each of its parts may hold", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.tuple(fc.string({ maxLength: 2 }), fc.nat(9))), (most, sets) => {
        const numbers = new TextNumbers(most);
        const judge = new Map<string, number>();
        for (const [text, number] of sets) {
          expect(numbers.get(text)).toBe(judge.get(text));
          numbers.set(text, number);
          judge.set(text, number);
        }
        expect([...numbers]).toEqual([...judge]);
      }),
      { seed: 5 },
    );
  });
});
