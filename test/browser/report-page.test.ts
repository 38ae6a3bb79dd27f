import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerdictFile } from "../../src/formats/report.js";
import { decide, profile } from "../../src/gate/index.js";
import { renderCertificate, renderReport } from "../../src/report/index.js";
import { chromiumPath, openBrowser } from "../support/browser.js";
import { sampleCertificate, sampleContext, sampleFinding, sampleReport } from "../support/sample-report.js";

const path = chromiumPath();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Screenshots are kept where this names a folder. */
const shots = process.env.DPSYNTH_SCREENSHOTS;

const leaky = () =>
  sampleReport({
    findings: sampleReport().findings.map((f) =>
      f.family === "inference" ? { ...f, estimate: 0.97, interval: [0.96, 0.98], control: { estimate: 0.61, interval: [0.58, 0.64], n: 2000 }, excess: { estimate: 0.36, standardError: 0.011 } } : f,
    ),
  });
const wide = () => {
  const base = sampleReport({ dataset: "d".repeat(120) });
  return { ...base, findings: [...base.findings, sampleFinding({ id: "long", family: "linkability", title: "w".repeat(200), note: "n".repeat(300) })] };
};
const judge = (report = sampleReport(), over = {}): VerdictFile => decide(profile("public"), report, sampleContext(over));

/** axe takes seconds a page: all pages are checked once, these in every colour and width. */
const AXE_EVERYWHERE = new Set(["fail", "certificate"]);

async function pages(): Promise<Record<string, string>> {
  return {
    pass: await renderReport(sampleReport(), judge()),
    fail: await renderReport(leaky(), judge(leaky())),
    undecided: await renderReport(sampleReport(), judge(sampleReport(), { now: { ...sampleContext().now, releaseSha256: "0".repeat(64) }, holdout: { units: 0, share: 0 } })),
    unjudged: await renderReport(sampleReport({ receipt: null }), null),
    wide: await renderReport(wide(), judge(wide())),
    certificate: renderCertificate(sampleCertificate()),
  };
}

describe.skipIf(path === null)("the page in Chromium", () => {
  let folder = "";
  let names: string[] = [];
  const urlOf = (name: string): string => pathToFileURL(join(folder, `${name}.html`)).href;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "dpsynth-pages-"));
    if (shots !== undefined) mkdirSync(shots, { recursive: true });
    const all = await pages();
    names = Object.keys(all);
    for (const name of names) writeFileSync(join(folder, `${name}.html`), all[name]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe); // through the debugger: the page's own policy allows no script
    const found = await page.evaluate(async () => {
      const result = await (globalThis as unknown as { axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[] }> } }).axe.run({
        resultTypes: ["violations"],
      });
      return result.violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id} ${JSON.stringify(n.target)} ${n.failureSummary}`));
    });
    return found;
  }

  for (const scheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      it(`${scheme}, ${width} px: axe finds nothing, nothing overflows, nothing is fetched`, async () => {
        const { context, close } = await openBrowser(path as string, { viewport: { width, height: width === 390 ? 844 : 860 }, colorScheme: scheme });
        try {
          const page = await context.newPage();
          const requests: string[] = [];
          const complaints: string[] = [];
          page.on("request", (r) => requests.push(r.url()));
          page.on("console", (m) => complaints.push(m.text()));
          for (const name of names) {
            await page.goto(urlOf(name));
            const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            expect(overflow, `${name} overflows`).toBe(0);
            if (shots !== undefined) {
              await page.screenshot({ path: join(shots, `${name}-${scheme}-${width}.png`) });
              await page.screenshot({ path: join(shots, `${name}-${scheme}-${width}-full.png`), fullPage: true });
            }
            expect(complaints, name).toEqual([]);
            await page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true");
            expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"), `${name} overflows when unfolded`).toBe(0);
            if ((scheme === "light" && width === 1280) || AXE_EVERYWHERE.has(name)) expect(await violations(page), name).toEqual([]);
          }
          expect(requests.filter((u) => !u.startsWith("file:"))).toEqual([]);
          expect(requests).toHaveLength(names.length);
        } finally {
          await close();
        }
      });
    }
  }

  it("the judges fire: axe on a page without language, overflow on a wide block", async () => {
    const { context, close } = await openBrowser(path as string, { viewport: { width: 390, height: 844 } });
    try {
      const page = await context.newPage();
      await page.setContent("<html><body><img src='data:,'><div style='width:900px'>x</div></body></html>");
      expect((await violations(page)).length).toBeGreaterThan(0);
      expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBeGreaterThan(0);
    } finally {
      await close();
    }
  });

  it("reads without JavaScript, by keyboard, and prints", async () => {
    const { context, close } = await openBrowser(path as string, { javaScriptEnabled: false, viewport: { width: 1280, height: 860 } });
    try {
      const page = await context.newPage();
      await page.goto(urlOf("pass"));
      expect(await page.locator("h2", { hasText: "Pass: this release meets the policy" }).isVisible()).toBe(true);
      const details = page.locator("details").first();
      await details.locator("summary").focus();
      await page.keyboard.press("Enter");
      expect(await details.getAttribute("open")).not.toBeNull();
      await page.reload();
      await page.keyboard.press("Tab");
      expect(await page.locator(".skip").evaluate((e) => e.matches(":focus"))).toBe(true);
      const pdf = await page.pdf({ format: "A4", printBackground: true });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(pdf.length).toBeGreaterThan(20_000);
      if (shots !== undefined) writeFileSync(join(shots, "pass.pdf"), pdf);
    } finally {
      await close();
    }
  });
});
