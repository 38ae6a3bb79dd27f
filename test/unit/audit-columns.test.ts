import { expect, test } from "vitest";
import { auditContext } from "../../src/audit/context.js";
import { columnShares } from "../../src/audit/utility/columns.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { categoricalDomain, randomTable } from "../support/tables.js";

test("bars keep the order of ordered codes, lump the rarest of others, and lose no row", () => {
  const sizes = [90, 90, 3];
  const domain = categoricalDomain(sizes, [true, false, false]);
  const made = (rows: number, seed: string): EncodedTable => ({ ...randomTable(sizes, rows, seed), domain });
  const context = auditContext({ real: made(3000, "real"), release: made(2000, "release"), cliques: null, ceiling: null, seed: "1", targets: 10 });
  const [ordered, unordered, small] = columnShares(context);
  for (const chart of [ordered, unordered, small]) {
    expect(chart.labels.length).toBe(chart.train.length);
    expect(chart.labels.length).toBeLessThanOrEqual(40);
    for (const side of [chart.train, chart.release]) expect(side.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 9);
  }
  expect(ordered.labels[0]).toBe("v0 … v2");
  expect(ordered.labels.at(-1)).toBe("v87 … v89");
  expect(unordered.labels.at(-1)).toBe("(51 others)");
  expect(small.labels).toEqual(["v0", "v1", "v2"]);
});
