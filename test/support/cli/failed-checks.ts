import { dpsynth } from "./run.js";
import type { Workspace } from "./workspace.js";

/** Names of the checks that verify says have failed, of `release.csv` in a workspace. */
export async function failedChecks(w: Workspace): Promise<{ code: number | null; failed: string[] }> {
  const { code, stdout } = await dpsynth(w.root, ["verify", "release.manifest.json", "--json"]);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean }[] };
  return { code, failed: checks.filter((check) => !check.ok).map((check) => check.name) };
}
