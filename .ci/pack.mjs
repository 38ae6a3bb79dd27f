// Pack the tarball, install it into an empty folder, run it there: what a user of the package gets.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "dpsynth-pack-"));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
try {
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], process.cwd());
  const tarball = readdirSync(folder).find((f) => f.endsWith(".tgz"));
  const listing = run("tar", ["tzf", tarball], folder);
  for (const wanted of ["dist/cli/main.js", "dist/index.d.ts", "dist/engine/count.wasm", "schemas/table-schema.schema.json"]) {
    if (!listing.includes(`package/${wanted}`)) throw new Error(`the tarball lacks ${wanted}`);
  }
  // No test wiring, and no source that could seed or silence the noise, is shipped.
  if (/package\/(test|bench|privacy-budgets|src)\//.test(listing) || /test-noise|zeroNoise/.test(listing)) throw new Error("the tarball holds what it must not");
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", `./${tarball}`], folder);
  const help = run("npx", ["dpsynth", "--help"], folder);
  if (!help.includes("budget")) throw new Error("npx dpsynth --help does not list the verbs");
  const names = run("node", ["--input-type=module", "-e", 'import * as d from "dpsynth"; console.log(Object.keys(d).sort().join(" "))'], folder);
  if (/noise/i.test(names)) throw new Error("the package exports a way to the noise");
  console.log(`pack: ${tarball} installs and runs; exports ${names.trim()}`);
} finally {
  if (existsSync(folder)) rmSync(folder, { recursive: true });
}
