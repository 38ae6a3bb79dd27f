import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fault } from "../base/errors.js";
import { type ManifestFile, manifestFile } from "../formats/manifest.js";
import type { ModelFile } from "../formats/model.js";
import { readJsonFile, sha256OfFile } from "./files.js";
import { loadModel, manifestPathOf } from "./sample.js";
import type { Workspace } from "./workspace.js";

export interface FoundRelease {
  readonly path: string;
  readonly sha256: string;
  /** Absent for somebody else's release, which has no manifest of ours. */
  readonly own?: { readonly manifestPath: string; readonly manifest: ManifestFile; readonly model: ModelFile; readonly modelSha256: string };
}

const NEXT = "Run `dpsynth sample -o release.csv` first, or name a file with --release.";

export function readManifest(path: string): ManifestFile {
  return readJsonFile(manifestFile, path, "DPS-E520", "a dpsynth release manifest", "Run `dpsynth sample` again; a newer manifest needs a newer dpsynth.").value;
}

/** A release by its file alone, whoever made it. */
export async function namedRelease(path: string): Promise<FoundRelease> {
  return { path, sha256: await sha256OfFile(path, "DPS-E521", NEXT) };
}

/** The release to look at: `--release`, the config's output, or the newest release of the dataset in this folder. */
export async function findRelease(workspace: Workspace, release: string | undefined): Promise<FoundRelease> {
  const named = release ?? workspace.config.sample.output;
  const manifestPath = named === undefined ? newestManifest(workspace) : manifestPathOf(named);
  if (named !== undefined && !existsSync(manifestPath)) return await namedRelease(named);
  const manifest = readManifest(manifestPath);
  const path = named ?? join(dirname(manifestPath), manifest.release.file);
  const modelPath = join(dirname(manifestPath), manifest.model.file);
  const { model, sha256: modelSha256 } = loadModel(existsSync(modelPath) ? modelPath : workspace.model);
  return { path, sha256: await sha256OfFile(path, "DPS-E521", NEXT), own: { manifestPath, manifest, model, modelSha256 } };
}

function newestManifest(workspace: Workspace): string {
  const ours = readdirSync(".")
    .filter((name) => name.endsWith(".manifest.json"))
    .flatMap((name) => {
      try {
        return readManifest(name).receipt.dataset === workspace.dataset ? [{ name, at: statSync(name).mtimeMs }] : [];
      } catch {
        return []; // some other tool's manifest
      }
    });
  ours.sort((a, b) => b.at - a.at);
  if (ours.length === 0) throw fault("DPS-E521", workspace.dataset, "sampled before it is looked at", "without a release in this folder", NEXT);
  return ours[0].name;
}
