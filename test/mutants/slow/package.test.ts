import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const packed = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 26 }))[0].files.map(
  (f: { path: string }) => f.path,
) as string[];
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, unknown>; bin: Record<string, string> };
const code = packed.filter((path) => path.endsWith(".js"));

describe("the packed tarball", () => {
  it("holds the built program and nothing of the tests or sources", () => {
    expect(code.length).toBeGreaterThan(100);
    expect(packed.filter((path) => /^(test|src|bench|privacy-budgets|reports|\.ci)\//.test(path))).toEqual([]);
    expect(code.filter((path) => /mutant|test-noise|open-door/.test(path))).toEqual([]);
  });

  it("has no wiring of a mutant's or a test's noise", () => {
    for (const path of code) expect(readFileSync(path, "utf8"), path).not.toMatch(/zeroNoise|seededNoise|seededAsSecure|MUTANT_NOISE|tenTimesTooSmall|withoutTheHalf/);
  });

  it("reads no variable of the environment where noise is made or asked for, and none that is called after noise or tests", () => {
    for (const path of code) {
      const text = readFileSync(path, "utf8");
      if (/^dist\/(base|curator|domain|engine|synth)\//.test(path)) expect(text, path).not.toContain("process.env");
      expect(text, path).not.toMatch(/env\.\w*(NOISE|SEED|TEST|MUTANT)|DPSYNTH_\w*(NOISE|TEST|MUTANT)/i);
    }
  });

  it("exports the front door, schemas and its manifest: no path leads to the door or to its noise", async () => {
    expect(Object.keys(manifest.exports)).toEqual([".", "./schemas/*.json", "./package.json"]);
    const front = (await import("../../../src/index.js")) as Record<string, unknown>;
    expect(Object.keys(front).filter((name) => /noise|curator|door|purse|trial|with$/i.test(name))).toEqual([]);
  });

  it("names test noise nowhere but as the stamp that formats and gate know", () => {
    const named = code.filter((path) => readFileSync(path, "utf8").includes("TEST ONLY"));
    expect(named.filter((path) => !/^dist\/(formats|gate|report|cli|curator\/mechanism\/noise|app)/.test(path))).toEqual([]);
  });
});
