import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { certificateFile } from "../../src/formats/certificate.js";
import { configFile } from "../../src/formats/config.js";
import { budgetFile, ledgerEntry } from "../../src/formats/ledger.js";
import { manifestFile } from "../../src/formats/manifest.js";
import { modelFile } from "../../src/formats/model.js";
import { policyFile } from "../../src/formats/policy.js";
import { reportFile, verdictFile } from "../../src/formats/report.js";
import { tableSchema } from "../../src/formats/table-schema.js";

const FORMATS = {
  "table-schema": tableSchema,
  config: configFile,
  model: modelFile,
  manifest: manifestFile,
  report: reportFile,
  verdict: verdictFile,
  policy: policyFile,
  certificate: certificateFile,
  "ledger-entry": ledgerEntry,
  budget: budgetFile,
};

describe("published JSON Schemas", () => {
  it.each(Object.entries(FORMATS))("%s is what the format says", (name, format) => {
    const { title, ...published } = JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), "utf8"));
    expect(title).toBeTypeOf("string");
    expect(published).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(format, { target: "draft-2020-12", io: "input", reused: "inline" }))));
  });
});
