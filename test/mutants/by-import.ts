import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Mutant } from "./mutant.js";

/** Rules that the given source files break, by name. */
async function broken(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "rooms-"));
  try {
    for (const [name, text] of Object.entries({ "tsconfig.json": "{}", "package.json": '{"type":"module"}', ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    copyFileSync(".ci/dependency-cruiser.cjs", join(folder, "rules.cjs"));
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const found = await cruise(folder);
    return found.summary.violations.map((v) => v.rule.name);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Found {
  readonly summary: { readonly violations: readonly { readonly rule: { readonly name: string } }[] };
}

function cruise(folder: string): Promise<Found> {
  const program = resolve("node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  return new Promise((done, fail) => {
    execFile(process.execPath, [program, "--config", "rules.cjs", "--output-type", "json", "src"], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout) => {
      if (stdout === "") fail(error);
      else done(JSON.parse(stdout));
    });
  });
}

const table = { "src/table/read.ts": "export const rows = [1];\n" };
const reading = (from: string): Record<string, string> => ({ ...table, [from]: 'import { rows } from "../table/read.js";\nexport const seen = rows;\n' });

/** Ways round the curator: a room that stands after the noise reaches what stands before it. */
export const IMPORT_MUTANTS: readonly Mutant[] = [
  {
    id: "sampler-reads-the-table",
    defect: 7,
    what: "The sampler looks into the sensitive table once more, unpaid",
    by: "import rule",
    caught: async () => (await broken(reading("src/synth/sample.ts"))).includes("synth-is-post-processing"),
    spared: async () => (await broken(reading("src/engine/count.ts"))).length === 0,
  },
  {
    id: "report-reads-rows",
    defect: 12,
    what: "The report's page is made from rows instead of report.json",
    by: "import rule",
    caught: async () => (await broken(reading("src/report/page.ts"))).includes("report-cannot-reach-a-row"),
    spared: async () => (await broken(reading("src/audit/attack.ts"))).length === 0,
  },
  {
    id: "noise-from-tests",
    defect: 8,
    what: "Shipped code takes reproducible noise from the tests",
    by: "import rule",
    caught: async () =>
      (await broken({ "test/noise.ts": "export const seed = 0;\n", "src/app/fit.ts": 'import { seed } from "../../test/noise.js";\nexport const s = seed;\n' })).includes("no-tests-in-src"),
    spared: async () => (await broken({ "src/base/bits.ts": "export const bits = 1;\n", "src/app/fit.ts": 'import { bits } from "../base/bits.js";\nexport const s = bits;\n' })).length === 0,
  },
];
