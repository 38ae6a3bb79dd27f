import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { certificateFile } from "../../src/formats/certificate.js";
import { reportFile, verdictFile } from "../../src/formats/report.js";
import { decide, profile } from "../../src/gate/index.js";
import { renderCertificate, renderReport } from "../../src/report/index.js";
import { sampleCertificate, sampleContext, sampleReport } from "../support/sample-report.js";

const folder = new URL("../../reports/sample/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** The committed sample is what the code makes of test/support/sample-report.ts. DPSYNTH_UPDATE=1 writes it. */
describe("reports/sample", () => {
  it("is up to date, and its pages are drawn from its JSON files alone", async () => {
    if (process.env.DPSYNTH_UPDATE === "1") {
      const report = sampleReport();
      const verdict = decide(profile("public"), report, sampleContext());
      mkdirSync(folder, { recursive: true });
      const write = (name: string, text: string): void => writeFileSync(new URL(name, folder), text);
      for (const [name, value] of Object.entries({ report, verdict, certificate: sampleCertificate() })) write(`${name}.json`, `${JSON.stringify(value, null, 1)}\n`);
      write("report.html", await renderReport(report, verdict));
      write("certificate.html", renderCertificate(sampleCertificate()));
    }
    const report = reportFile.parse(JSON.parse(read("report.json")));
    const verdict = verdictFile.parse(JSON.parse(read("verdict.json")));
    expect(report).toEqual(sampleReport());
    expect(verdict).toEqual(decide(profile("public"), report, sampleContext()));
    expect(await renderReport(report, verdict)).toBe(read("report.html"));
    expect(renderCertificate(certificateFile.parse(JSON.parse(read("certificate.json"))))).toBe(read("certificate.html"));
  });
});
