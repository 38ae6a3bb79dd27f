import { readdirSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { refused } from "../support/cli/refused.js";
import { done } from "../support/cli/run.js";
import { removeAll, tinyWorkspace, upTo } from "../support/cli/workspace.js";

afterAll(removeAll);

interface Manifest {
  seed: string;
  series?: { index: number; of: number };
  release: { file: string; rows: number; rowHash: string };
}

it("sample --releases draws that many sets, each with a manifest that makes it again", async () => {
  const w = await upTo(tinyWorkspace(), "fit");
  const { stdout } = await done(w.root, ["sample", "--releases", "3", "--seed", "s", "-n", "200", "-o", "people.parquet", "--json"]);
  const { releases } = JSON.parse(stdout) as { releases: Manifest[] };
  expect(releases.map(({ seed, series, release }) => [seed, series, release.file, release.rows])).toEqual([1, 2, 3].map((index) => [`s/${index}`, { index, of: 3 }, `people.${index}.parquet`, 200]));
  expect(new Set(releases.map(({ release }) => release.rowHash)).size).toBe(3);
  for (const index of [1, 2, 3]) await done(w.root, ["verify", `people.${index}.manifest.json`, "-q"]);
  const again = JSON.parse((await done(w.root, ["sample", "--seed", "s/2", "-n", "200", "-o", "again.csv", "--json"])).stdout) as Manifest;
  expect([again.release.rowHash, again.series]).toEqual([releases[1].release.rowHash, undefined]);
});

it("the gate counts the rows of all of them", async () => {
  const w = await upTo(tinyWorkspace(), "fit");
  await done(w.root, ["sample", "--releases", "4", "-o", "r.csv", "-q"]);
  await done(w.root, ["audit", "--release", "r.1.csv", "-q"]);
  await done(w.root, ["gate", "--release", "r.1.csv", "-q"]).catch(() => undefined);
  const { rules } = w.json<{ rules: { id: string; outcome: string; measured: number }[] }>("reports/people/verdict.json");
  const rule = rules.find((r) => r.id === "rows");
  expect(rule?.outcome).toBe("fail"); // one set has 1/0.7 rows for each row learnt from, four have 5.7; the limit is 1.5
  expect(rule?.measured).toBeGreaterThan(5);
});

it.each(["0", "-1", "2.5", "1001", ""])("--releases %s is refused, and nothing is written", async (m) => {
  const w = await upTo(tinyWorkspace(), "fit");
  await refused(w, ["sample", `--releases=${m}`, "-o", "r.csv"], { says: /^DPS-E(110|514) --releases: / });
  expect(readdirSync(w.root).filter((name) => name.startsWith("r."))).toEqual([]);
});
