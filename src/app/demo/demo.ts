import { createWriteStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { fault } from "../../base/errors.js";
import type { ConfigFile } from "../../formats/config.js";
import { makeFolder } from "../audit.js";
import { writeJsonFile } from "../files.js";
import { type RunListener, type RunResult, run } from "../run.js";
import { CONFIG_NAME, openWorkspace } from "../workspace.js";
import { peopleCsv } from "./people.js";
import { peopleSchema } from "./people-schema.js";

const PEOPLE = 50_000;

/** Invent 50,000 people in a new folder and do the whole job on them, as on any table. The working folder becomes `root`. */
export async function demo(root: string, listener: RunListener, say: (line: string) => void): Promise<{ root: string; result: RunResult }> {
  if (existsSync(root)) throw fault("DPS-E133", root, "a new folder", "there already", "Name another folder: `dpsynth demo OTHER`.");
  makeFolder(root);
  process.chdir(root);
  say(`Inventing ${PEOPLE} people in ${root}/people.csv`);
  await pipeline(peopleCsv(PEOPLE, "demo"), createWriteStream("people.csv"));
  const config: ConfigFile = {
    version: 1,
    dataset: "people",
    table: "people.csv",
    schema: "people.schema.json",
    budgets: "privacy-budgets",
    budget: { epsilon: 3, delta: 1e-9 },
    split: { holdout: 0.2, reference: 0.1 },
    fit: { epsilon: 1, method: "auto" },
    sample: { seed: 1, output: "release.csv" },
    audit: { seed: 1, targets: 2000 },
    reports: "reports",
    policy: "public",
  };
  await writeJsonFile("people.schema.json", peopleSchema);
  await writeJsonFile(CONFIG_NAME, config);
  return { root, result: await run(openWorkspace({}, {}), listener) };
}
