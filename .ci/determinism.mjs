// The same (model, seed) must give the same rows, row hash and CSV bytes on every Node that the package supports.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "dpsynth-nodes-"));
const main = resolve("dist/cli/main.js");
const golden = (name) => ({ name, model: resolve(`fixtures/golden/${name}.model.json`), ...JSON.parse(readFileSync(`fixtures/golden/${name}.release.json`, "utf8")) });
const releases = ["people", "mosaic"].map(golden);

function nodeOf(major) {
  if (major === Number(process.versions.node.split(".")[0])) return process.execPath;
  const home = join(folder, `node${major}`);
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{"private":true}');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent", `node@${major}`], { cwd: home, stdio: ["ignore", "ignore", "inherit"] });
  return join(home, "node_modules/node/bin/node");
}

try {
  for (const major of [20, 22, 24]) {
    const node = nodeOf(major);
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    for (const { name, model, rows, seed, rowHash, csvSha256 } of releases) {
      const out = join(folder, `${name}${major}.csv`);
      execFileSync(node, [main, "sample", "--model", model, "-n", String(rows), "--seed", seed, "-o", out, "-q"], { stdio: ["ignore", "ignore", "inherit"] });
      const { release } = JSON.parse(readFileSync(join(folder, `${name}${major}.manifest.json`), "utf8"));
      if (release.rowHash !== rowHash || release.sha256 !== csvSha256) throw new Error(`Node ${version} makes other rows of the ${name} model than the golden ones`);
    }
    console.log(`determinism: Node ${version} makes the golden rows`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
