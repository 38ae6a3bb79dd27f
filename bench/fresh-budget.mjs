// A budget that the next fit takes whole, as a user's would: one that held earlier fits would price this one with up to 8 % more noise, and take time to add them up.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const OWN = { "gaussian-dp": "gdp", "privacy-loss-distributions": "pld" };

/** Create the budget of `folder`'s workspace anew, and split its table. */
export function freshBudget(main, folder, name, epsilon, delta) {
  rmSync(join(folder, "privacy-budgets"), { recursive: true, force: true });
  for (const args of [
    ["budget", "create", name, "--epsilon", String(epsilon), "--delta", String(delta)],
    ["split", "--holdout", "0", "--reference", "0"],
  ])
    execFileSync(process.execPath, [main, ...args, "-q"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** How the last fit was priced. */
export function accountingOf(folder, name) {
  const { receipt } = JSON.parse(readFileSync(join(folder, `${name}.model.json`), "utf8"));
  return OWN[receipt.ownPrice?.by] ?? "zcdp";
}
