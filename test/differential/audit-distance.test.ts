import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nearest } from "../../src/audit/distance/nearest.js";
import { mixedSpace } from "../../src/audit/distance/space.js";
import { adultColumns, dataFolder, domainOf, encode, readPlainCsv } from "../support/audit-tables.js";

const folder = dataFolder("anonymeter-fixtures");
const judges = process.env.DPSYNTH_JUDGES;
if (judges === undefined) console.log("skipped: Anonymeter is asked only where DPSYNTH_JUDGES names its Python");

const JUDGE = `
import sys, json, pandas as pd
import anonymeter.evaluators
from anonymeter.neighbors.mixed_types_kneighbors import MixedTypeKNeighbors
a, b = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
def distances(x, y):
    found = MixedTypeKNeighbors(n_neighbors=5, n_jobs=1).fit(candidates=y).kneighbors(queries=x, return_distance=True)
    return next(f for f in found if f.dtype.kind == 'f').tolist()
print(json.dumps([distances(a, b), distances(b, a)]))
`;

describe.skipIf(folder === null || judges === undefined)("distances against Anonymeter itself", () => {
  test("five nearest of each fixture in the other, to 1e-9", () => {
    const paths = ["adults_ori.csv", "adults_syn.csv"].map((name) => join(folder as string, name));
    const theirs = JSON.parse(execFileSync(judges as string, ["-c", JUDGE, ...paths], { encoding: "utf8" })) as number[][][];
    const [a, b] = paths.map(readPlainCsv);
    const { tables } = mixedSpace([a, b].map((side) => encode(domainOf(adultColumns(a.header), [...a.rows, ...b.rows]), side.rows)));
    const ours = [nearest(tables[0], tables[1], 5), nearest(tables[1], tables[0], 5)];
    ours.forEach((found, side) => {
      expect(theirs[side].flat()).toHaveLength(500);
      theirs[side].flat().forEach((d, i) => {
        expect(Math.abs(found.distances[i] - d)).toBeLessThan(1e-9);
      });
    });
  });
});
