import { describe, expect, it } from "vitest";
import { overlappingParts } from "../../src/audit/overlap.js";
import { seededBits } from "../../src/base/random.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { joinParts } from "../../src/table/read/join-parts.js";
import { domainOf, encode } from "../support/audit-tables.js";

const declared = [
  { name: "pay", kind: "number" as const },
  { name: "town", kind: "category" as const },
];

/** Rows of `values` equally likely contents: the fewer, the more of them two strangers share. */
function rowsOf(n: number, values: number, seed: string): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: n }, () => [`${bits.below(values)}`, `t${bits.below(2)}`]);
}

function joined(...parts: string[][][]): EncodedTable {
  const domain = domainOf(declared, [...parts.flat(), ["0", "t0"], ["0", "t1"]]);
  return joinParts(parts.map((rows) => encode(domain, rows)));
}

describe("parts by row", () => {
  // 60 draws of parts that share many contents by chance: each is taken for overlapping with chance 1e-9.
  it.each([30, 1000, 20_000, 1e9])("are apart where they are random draws with %d contents, of any sizes", (values) => {
    for (let turn = 0; turn < 15; turn += 1) {
      const rows = rowsOf(3000, values, `apart ${values} ${turn}`);
      const cut = [1500, 300, 2900, 60][turn % 4];
      expect(overlappingParts(joined(rows.slice(0, cut), rows.slice(cut)), 2)).toBeNull();
    }
  });

  it("are found where 40 of 1000 rows held out stand in the train part too, or 100 among chance equals", () => {
    const unique = rowsOf(4000, 1e9, "unique");
    expect(overlappingParts(joined(unique.slice(0, 3000), unique.slice(2960, 3960)), 2)).toEqual([0, 1]);
    const common = rowsOf(4000, 50_000, "common");
    expect(overlappingParts(joined(common.slice(0, 3000), common.slice(2900, 3900)), 2)).toEqual([0, 1]);
  });

  it("are found where one file is the other in another order, and between the second and the third part", () => {
    const rows = rowsOf(500, 1e6, "same");
    expect(overlappingParts(joined(rows, [...rows].reverse()), 2)).toEqual([0, 1]);
    expect(overlappingParts(joined(rowsOf(800, 1e9, "other"), rows, rows), 3)).toEqual([1, 2]);
  });

  it("are apart where equal rows keep to their own part, and where there are none", () => {
    const [a, b] = [rowsOf(300, 1e9, "a"), rowsOf(300, 1e9, "b")];
    expect(overlappingParts(joined([...a, ...a], [...b, ...b]), 2)).toBeNull();
    expect(overlappingParts(joined([], b), 2)).toBeNull();
    expect(overlappingParts(joined([], []), 2)).toBeNull();
  });
});

it("parts by person overlap where one person has a row in both, whatever the rows say; nobody's rows are their own", () => {
  const rows = rowsOf(6, 1e9, "people");
  const domain = domainOf(declared, [...rows, ["0", "t0"], ["0", "t1"]]);
  const part = (slice: string[][], ids: (string | null)[]): EncodedTable => ({ ...encode(domain, slice), units: Uint32Array.from(ids, (_, i) => i), unitCount: ids.length, unitIds: ids });
  const train = part(rows.slice(0, 3), ["p", "q", null]);
  expect(overlappingParts(joinParts([train, part(rows.slice(0, 3), ["r", "s", null])]), 2)).toBeNull();
  expect(overlappingParts(joinParts([train, part(rows.slice(3), ["r", "q", null])]), 2)).toEqual([0, 1]);
  expect(joinParts([train, part(rows.slice(3), ["r", "q", null])])).toMatchObject({ rows: 6, unitCount: 5, unitIds: ["p", "q", null, "r", null] });
});
