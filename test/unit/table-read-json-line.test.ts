import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLineScanner } from "../../src/table/read/json-line.js";

describe("the length of JSON lines", () => {
  it("is at most what is allowed, however the file is cut into blocks: the judge splits the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "\n", "\r"), { maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 7 })), fc.integer({ min: 0, max: 9 }), (letters, cuts, most) => {
        const text = letters.join("");
        const scan = jsonLineScanner(most);
        let fine = true;
        for (let from = 0, i = 0; from < text.length && fine; i += 1) {
          const to = from + (cuts[i] ?? 3);
          fine = scan(Buffer.from(text.slice(from, to)));
          from = to;
        }
        expect(fine).toBe(text.split("\n").every((line) => line.length <= most));
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});
