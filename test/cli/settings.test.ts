import { execFileSync, spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { binary, done, dpsynth } from "../support/cli/run.js";
import { ledgerEntries, removeAll, tinyWorkspace, upTo } from "../support/cli/workspace.js";

afterAll(removeAll);

/** What a setting is called by flag and variable, where the configuration has it, and a verb whose fault names the file it led to. */
const SETTINGS: { name: string; args: string[]; inConfig: (config: Record<string, unknown>, value: string) => void; shown: (value: string) => string; budget?: boolean }[] = [
  { name: "schema", args: ["plan"], inConfig: (c, v) => Object.assign(c, { schema: v }), shown: (v) => `DPS-E201 ${v}: ` },
  { name: "table", args: ["split"], inConfig: (c, v) => Object.assign(c, { table: v }), shown: (v) => `DPS-E308 ${v}: `, budget: true },
  { name: "model", args: ["sample"], inConfig: (c, v) => Object.assign(c, { fit: { model: v } }), shown: (v) => `DPS-E501 ${v}: ` },
  { name: "reports", args: ["report"], inConfig: (c, v) => Object.assign(c, { reports: v }), shown: (v) => `DPS-E801 ${v}/people/report.json: ` },
  { name: "budgets", args: ["split"], inConfig: (c, v) => Object.assign(c, { budgets: v }), shown: (v) => `DPS-E401 ${v}/people` },
  { name: "budgets", args: ["budget", "show", "people"], inConfig: (c, v) => Object.assign(c, { budgets: v }), shown: (v) => `DPS-E401 ${v}/people` },
  { name: "dataset", args: ["split"], inConfig: (c, v) => Object.assign(c, { dataset: v }), shown: (v) => `DPS-E401 privacy-budgets/${v}` },
];

describe("a flag wins over its DPSYNTH_ variable, which wins over the configuration", () => {
  it.each(SETTINGS)("$name of $args", async ({ name, args, inConfig, shown, budget }) => {
    const w = tinyWorkspace(5);
    if (budget === true) await upTo(w, "budget");
    w.edit("dpsynth.config.json", (c) => inConfig(c, "of-config"));
    const variable = { [`DPSYNTH_${name.toUpperCase()}`]: "of-variable" };
    expect((await dpsynth(w.root, args)).stderr).toContain(shown("of-config"));
    expect((await dpsynth(w.root, args, variable)).stderr).toContain(shown("of-variable"));
    expect((await dpsynth(w.root, [...args, `--${name}`, "of-flag"], variable)).stderr).toContain(shown("of-flag"));
  });

  it("config itself", async () => {
    const w = tinyWorkspace(5);
    expect((await dpsynth(w.root, ["plan"], { DPSYNTH_CONFIG: "of-variable.json" })).stderr).toContain("DPS-E101 of-variable.json: ");
    expect((await dpsynth(w.root, ["plan", "--config", "of-flag.json"], { DPSYNTH_CONFIG: "of-variable.json" })).stderr).toContain("DPS-E101 of-flag.json: ");
  });

  it("ε of a plan: flag over configuration", async () => {
    const w = tinyWorkspace(5);
    const epsilon = async (...args: string[]): Promise<number> => (JSON.parse((await done(w.root, ["plan", "--json", ...args])).stdout) as { epsilon: number }).epsilon;
    expect([await epsilon(), await epsilon("--epsilon", "0.25")]).toEqual([1, 0.25]);
  });

  it("seed and rows of a sample: flag over configuration, also where model and output are named", async () => {
    const w = await upTo(tinyWorkspace(), "fit");
    w.edit<{ sample: object }>("dpsynth.config.json", (c) => {
      c.sample = { seed: "of-config", rows: 33 };
    });
    const drawn = async (...args: string[]): Promise<[string, number]> => {
      const { seed, release } = JSON.parse((await done(w.root, ["sample", "--json", ...args])).stdout) as { seed: string; release: { rows: number } };
      return [seed, release.rows];
    };
    expect(await drawn()).toEqual(["of-config", 33]);
    expect(await drawn("--model", "people.model.json", "-o", "a.csv")).toEqual(["of-config", 33]);
    expect(await drawn("--seed", "of-flag", "-n", "4")).toEqual(["of-flag", 4]);
  });
});

/** `script` lends a process a terminal; without it nothing here can be seen. */
const hasScript = spawnSync("script", ["--version"]).status === 0;

/** Run the binary on a terminal, typing `keys`; everything it shows. */
function onTerminal(cwd: string, args: readonly string[], keys: string, env: Readonly<Record<string, string>> = {}): { code: number | null; shown: string } {
  const command = [process.execPath, binary(), ...args].map((word) => `'${word}'`).join(" ");
  const { status, stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { cwd, input: keys, encoding: "utf8", env: { ...process.env, TERM: "xterm", ...env } });
  return { code: status, shown: stdout };
}

const ESCAPE = String.fromCharCode(27);
const BOLD = `${ESCAPE}[1m`;

describe.skipIf(!hasScript)("on a terminal", () => {
  it("fit shows the plan and asks; anything but yes spends nothing", async () => {
    const w = await upTo(tinyWorkspace(), "split");
    const before = ledgerEntries(w).length;
    const no = onTerminal(w.root, ["fit"], "n\n");
    expect(no.shown).toMatch(/Plan for people: mst, ε = 1[\s\S]*Spend ε = 1\? \[y\/N\]/);
    expect([no.code, ledgerEntries(w).length]).toEqual([2, before]);
    const yes = onTerminal(w.root, ["fit"], "y\n");
    expect([
      yes.code,
      ledgerEntries(w)
        .slice(before)
        .map((e) => e.body.kind),
    ]).toEqual([0, ["reserve", "commit"]]);
    expect(yes.shown).toContain("█");
  });

  it("colour is for terminals, and NO_COLOR turns it off", async () => {
    const w = await upTo(tinyWorkspace(), "budget");
    expect(onTerminal(w.root, ["check"], "", { NO_COLOR: "" }).shown).not.toContain(BOLD);
    const { NO_COLOR: _, ...rest } = process.env;
    const shown = execFileSync("script", ["-qec", `'${process.execPath}' '${binary()}' check`, "/dev/null"], { cwd: w.root, encoding: "utf8", env: { ...rest, TERM: "xterm" } });
    expect(shown).toContain(BOLD);
  });
});

describe("without a terminal", () => {
  it("fit needs --yes and spends nothing without", async () => {
    const w = await upTo(tinyWorkspace(), "split");
    const before = ledgerEntries(w).length;
    for (const verb of ["fit", "run"]) {
      const { code, stdout, stderr } = await dpsynth(w.root, [verb]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/DPS-E112 --yes: must be given .+ but is missing\. .+\n$/);
    }
    expect(ledgerEntries(w).length).toBe(before);
  });

  it("shows neither bar nor colour, and one line a stage", async () => {
    const w = await upTo(tinyWorkspace(), "split");
    const { stderr } = await done(w.root, ["fit", "--yes"], { FORCE_COLOR: "1", TERM: "xterm" });
    expect(stderr).not.toMatch(/█|\r/);
    expect(stderr).not.toContain(ESCAPE);
    expect(stderr.split("\n").filter((line) => line === "read…")).toHaveLength(1);
  });
});
