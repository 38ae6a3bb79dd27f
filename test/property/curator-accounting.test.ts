import fc from "fast-check";
import { expect, it } from "vitest";
import { add, rational, sum } from "../../src/base/rational.js";
import { admits, type Cap, fitBudget, leftOf } from "../../src/curator/accounting/account.js";
import { epsilonFromRho, rhoFromEpsilon } from "../../src/curator/accounting/zcdp.js";

const epsilon = fc.double({ min: -3, max: 3, noNaN: true }).map((e) => 10 ** e);
const delta = fc.double({ min: -18, max: -0.31, noNaN: true }).map((e) => 10 ** e);

it("both directions are monotone and each undoes the other on the safe side", () => {
  fc.assert(
    fc.property(epsilon, delta, fc.double({ min: 1e-6, max: 1, noNaN: true }), (e, d, step) => {
      const rho = rhoFromEpsilon(e, d);
      expect(rhoFromEpsilon(e * (1 + step), d)).toBeGreaterThan(rho);
      expect(epsilonFromRho(rho * (1 + step), d)).toBeGreaterThan(epsilonFromRho(rho, d));
      expect(epsilonFromRho(rho, d)).toBeLessThanOrEqual(e);
      expect(rhoFromEpsilon(epsilonFromRho(rho, d), d)).toBeLessThanOrEqual(rho);
    }),
    { seed: 11, numRuns: 400 },
  );
});

it("the largest epsilon offered is granted when asked for, a millionth more is not, and the total stays under the cap", () => {
  const history = fc.array(
    fc.double({ min: 0.01, max: 0.6, noNaN: true }).map((x) => Math.round(x * 1000) / 1000),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom<Cap>({ account: "zcdp", epsilon: 2, delta: 1e-9 }, { account: "zcdp", epsilon: 0.7, delta: 1e-5 }, { account: "pure", epsilon: 2.5, delta: 0 }),
      history,
      (cap, asked) => {
        const prices = [];
        for (const e of asked) {
          const price = fitBudget({ account: cap.account, epsilon: e, delta: cap.delta });
          if (admits(cap, prices, price)) prices.push(price);
        }
        const { largestEpsilon, spentEpsilon } = leftOf(cap, prices);
        expect(spentEpsilon).toBeLessThanOrEqual(cap.epsilon);
        if (largestEpsilon > 0) {
          const granted = fitBudget({ account: cap.account, epsilon: largestEpsilon, delta: cap.delta });
          expect(admits(cap, prices, granted)).toBe(true);
          expect(leftOf(cap, [...prices, granted]).spentEpsilon).toBeLessThanOrEqual(cap.epsilon);
        }
        const more = fitBudget({ account: cap.account, epsilon: Math.round(largestEpsilon * 1e6 + 1) / 1e6, delta: cap.delta });
        expect(admits(cap, prices, more)).toBe(false);
      },
    ),
    { seed: 12, numRuns: 60 },
  );
});

it("the sum of rationals is what adding them one by one gives", () => {
  const term = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 20n })).map(([num, den]) => rational(num, den));
  fc.assert(
    fc.property(fc.array(term, { maxLength: 20 }), (terms) => {
      const { num, den } = sum(terms);
      expect(rational(num, den)).toEqual(terms.reduce(add, rational(0)));
    }),
    { seed: 13, numRuns: 200 },
  );
});
