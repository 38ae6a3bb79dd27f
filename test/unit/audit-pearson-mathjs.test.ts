import fc from "fast-check";
import { corr } from "mathjs";
import { expect, test } from "vitest";
import { pearson } from "../../src/audit/utility/associations.js";

test("Pearson's r agrees with mathjs", () => {
  const numbers = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 })), { minLength: 3, maxLength: 50 });
  fc.assert(
    fc.property(numbers, (pairs) => {
      const [x, y] = [pairs.map((p) => p[0]), pairs.map((p) => p[1])];
      const ours = pearson(Float64Array.from(x), Float64Array.from(y));
      if (new Set(x).size < 2 || new Set(y).size < 2) expect(ours).toBeNull();
      else expect(ours).toBeCloseTo(corr(x, y) as unknown as number, 9);
    }),
    { seed: 3 },
  );
});
