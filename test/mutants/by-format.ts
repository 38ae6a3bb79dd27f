import { certificateFile } from "../../src/formats/certificate.js";
import { modelFile, type PaidModel } from "../../src/formats/model.js";
import { fitModel } from "../../src/synth/fit-model.js";
import { openDoor } from "../support/open-door.js";
import { sampleCertificate } from "../support/sample-report.js";
import { randomTable } from "../support/tables.js";
import { seededNoise } from "../support/test-noise.js";
import type { Mutant } from "./mutant.js";
import { MUTANT_NOISE } from "./noise.js";

const table = randomTable([3, 4, 2], 60, "artefacts");

async function model(noise = seededNoise("artefacts")): Promise<PaidModel> {
  return JSON.parse(JSON.stringify(await fitModel("independent", openDoor(table, noise).door, table.domain, undefined)));
}

const refuses = (schema: typeof modelFile | typeof certificateFile, value: unknown): boolean => !schema.safeParse(value).success;

/** Defects of what is written down: the formats hold no place for them. */
export const FORMAT_MUTANTS: readonly Mutant[] = [
  {
    id: "noise-in-doubles",
    defect: 9,
    what: "Noise from a formula in doubles, which no longer makes whole counts",
    by: "schema",
    caught: async () => refuses(modelFile, await model(MUTANT_NOISE.inDoubles("doubles"))),
    spared: async () => !refuses(modelFile, await model()),
  },
  {
    id: "rows-in-the-model",
    defect: 11,
    what: "The rows learnt from travel inside the model",
    by: "schema",
    caught: async () => refuses(modelFile, { ...(await model()), rows: table.codes.map((codes) => [...codes]) }),
    spared: async () => !refuses(modelFile, await model()),
  },
  {
    id: "distances-outside",
    defect: 12,
    what: "The paper for outside tells a distance to the closest real record",
    by: "schema",
    caught: async () => refuses(certificateFile, { ...sampleCertificate(), closestRecord: 0.012 }),
    spared: async () => !refuses(certificateFile, sampleCertificate()),
  },
];
