import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sample } from "../../src/app/sample.js";

/** `people`: rows down a tree. `mosaic`: polished towards pairs that the tree does not hold. */
test.each(["people", "mosaic"])("the %s model and a seed give the rows they always gave; CI asks Node 22 and 24 too", async (name) => {
  const model = `fixtures/golden/${name}.model.json`;
  const golden = JSON.parse(readFileSync(`fixtures/golden/${name}.release.json`, "utf8")) as { rows: number; seed: string; rowHash: string; csvSha256: string };
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  try {
    const csv = await sample({ model, output: join(folder, "r.csv"), rows: golden.rows, seed: golden.seed });
    expect(csv.manifest.release.rowHash).toBe(golden.rowHash);
    expect(csv.manifest.release.sha256).toBe(golden.csvSha256);
    const parquet = await sample({ model, output: join(folder, "r.parquet"), rows: golden.rows, seed: golden.seed });
    expect(parquet.manifest.release.rowHash).toBe(golden.rowHash);
    const other = await sample({ model, output: join(folder, "o.csv"), rows: golden.rows, seed: "another" });
    expect(other.manifest.release.rowHash).not.toBe(golden.rowHash);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
