import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { posteriorPercent } from "../../src/base/posterior.js";
import { reportFile, verdictFile } from "../../src/formats/report.js";
import { decide, profile } from "../../src/gate/index.js";
import { escapeHtml, html } from "../../src/report/html.js";
import { renderCertificate, renderReport } from "../../src/report/index.js";
import { figure, oddsFactor, oneIn, percent } from "../../src/report/numbers.js";
import { sampleCertificate, sampleContext, sampleFinding, sampleReport } from "../support/sample-report.js";

const verdictOf = (report = sampleReport()) => decide(profile("public"), report, sampleContext());

describe("the page", () => {
  it("stands alone: no script, no address, a policy that forbids both, and stays small", async () => {
    const page = await renderReport(sampleReport(), verdictOf());
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:`);
    expect(page).not.toMatch(/<script|<link|<iframe|<img|javascript:|https?:|url\(|@import|\son[a-z]+=/i);
    expect(page.length).toBeLessThan(1_000_000);
    expect(page).toContain("INTERNAL");
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  it("says the verdict, the promise and the odds in words", async () => {
    const page = await renderReport(sampleReport(), verdictOf());
    expect(page).toContain("Pass: this release meets the policy “public”");
    expect(page).toContain("at most 73.2\u00a0% sure");
    expect(page).toContain("What this does not prove");
  });

  it("has a heading, a claim and a caveat for every finding", async () => {
    const report = sampleReport();
    const page = await renderReport(report, null);
    for (const f of report.findings) for (const text of [f.title, f.claim, f.attackerKnows, f.cannotShow, f.tieRule]) expect(page).toContain(escapeHtml(text));
    expect(page).toContain("Not judged yet");
  });

  it("renders the poorest report: nothing measured, nobody vouching", async () => {
    const bare = sampleReport({ receipt: null, findings: [], utility: null, declarations: [], limits: [], parts: { train: 0, holdout: 0, reference: 0, release: 0, unit: "row" } });
    for (const verdict of [null, verdictOf(bare)]) {
      const page = await renderReport(bare, verdict);
      expect(page).toContain("No promise");
      expect(page).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it("renders findings without numbers as such", async () => {
    const report = sampleReport({
      findings: [
        sampleFinding({
          id: "x",
          family: "linkability",
          estimate: null,
          interval: null,
          control: null,
          excess: null,
          residualRisk: null,
          smallestDetectable: null,
          n: 0,
          attacks: 0,
          note: "No holdout.",
        }),
      ],
    });
    const page = await renderReport(report, verdictOf(report));
    expect(page).toContain("No holdout.");
    expect(page).not.toMatch(/undefined|NaN/);
  });

  it("keeps a page of 200 wide columns under 4 MB", async () => {
    const base = sampleReport();
    const names = Array.from({ length: 200 }, (_, i) => `column_${i}`);
    const labels = Array.from({ length: 500 }, (_, i) => `value ${i}`);
    const share = labels.map(() => 1 / 500);
    const utility = {
      ...base.utility!,
      columns: names.map((name) => ({ name, ordered: true, labels, train: share, release: share, tvd: 0 })),
      pairColumns: names,
      pairTvd: new Array<number>(40_000).fill(0.1),
    };
    expect((await renderReport({ ...base, utility }, null)).length).toBeLessThan(4_000_000);
  });
});

/** Every string of a JSON value replaced by what `make` gives, where the format leaves it free. */
function poison<T>(value: T, make: (key: string) => string | null, key = ""): T {
  if (typeof value === "string") return (value === "dpsynth" ? value : (make(key) ?? value)) as T;
  if (Array.isArray(value)) return value.map((v) => poison(v, make, key)) as T;
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, poison(v, make, k)])) as T;
  return value;
}

const FREE = new Set([
  "dataset",
  "title",
  "claim",
  "attackerKnows",
  "cannotShow",
  "measure",
  "tieRule",
  "seed",
  "note",
  "name",
  "labels",
  "pairColumns",
  "a",
  "b",
  "target",
  "learner",
  "metric",
  "summary",
  "what",
  "by",
  "reason",
  "limits",
  "method",
  "query",
  "text",
  "unit",
  "neighbours",
  "mechanism",
  "score",
]);
/** Free in a certificate, fixed words in a report. */
const FIXED: Record<string, unknown> = { unit: true, neighbours: true };
const hostile = fc.oneof(
  fc.constantFrom(
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "</style><svg onload=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "]]>",
    "<!--",
    "\ud800",
    "\0",
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
);

/** Tags with their attribute values blanked: hostile text must change texts only, never this. */
const skeleton = (page: string): string => (page.match(/<\/?[a-z!][^>]*>/gi) ?? []).map((t) => t.replace(/="[^"]*"/g, "")).join("");

describe("everything is escaped", () => {
  it("hostile names change no tag and no attribute of the report", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const clean = poison(sampleReport(), (k) => (FREE.has(k) && FIXED[k] === undefined ? "harmless" : null));
        const dirty = poison(sampleReport(), (k) => (FREE.has(k) && FIXED[k] === undefined ? text : null));
        for (const report of [clean, dirty]) expect(reportFile.safeParse(report).error?.issues.map((i) => i.path.join(".")) ?? []).toEqual([]);
        const pages = [
          await renderReport(clean, verdictFile.parse(poison(verdictOf(clean), (k) => (k === "policy" ? "p" : null)))),
          await renderReport(dirty, verdictFile.parse(poison(verdictOf(dirty), (k) => (k === "policy" ? text : null)))),
        ];
        expect(skeleton(pages[1])).toBe(skeleton(pages[0]));
      }),
      { seed: 20260115, numRuns: 40 },
    );
  });

  it("and of the certificate", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const page = (t: string): string => renderCertificate(poison(sampleCertificate(), (k) => (FREE.has(k) ? t : null)));
        expect(skeleton(page(text))).toBe(skeleton(page("harmless")));
      }),
      { seed: 20260116, numRuns: 60 },
    );
  });

  it("the judge itself fires on unescaped text", () => {
    expect(skeleton(html`<p>${"a"}</p>`.text)).not.toBe(skeleton("<p><b>a</p>"));
    expect(escapeHtml(`<a href="x" y='z'>&\u202e\0\ud800`)).toBe("&lt;a href=&quot;x&quot; y=&#39;z&#39;&gt;&amp;\ufffd\ufffd\ufffd");
  });
});

describe("the certificate", () => {
  it("lists what is outside the guarantee and holds no private number", () => {
    const page = renderCertificate(sampleCertificate());
    for (const text of ["Outside the DP guarantee", "Verdict", "Values declared public", "R. Meier", "File faults", "Timing", "after 1 attempt"]) expect(page).toContain(text);
    const report = sampleReport();
    for (const n of [report.parts.train, report.parts.holdout]) expect(page.replaceAll("\u202f", "")).not.toContain(String(n));
  });
});

describe("numbers in words", () => {
  it("posterior of a 50:50 attacker, rounded against us", () => {
    expect(posteriorPercent(1)).toBe(73.2);
    expect(posteriorPercent(0)).toBe(50);
    expect(posteriorPercent(3)).toBe(95.3);
    expect(posteriorPercent(1000)).toBe(100);
  });
  it("odds factors are rounded up", () => {
    expect(oddsFactor(1)).toBe("2.8");
    expect(oddsFactor(0)).toBe("1");
    expect(oddsFactor(10)).toBe("23\u202f000");
    expect(oddsFactor(1000)).toBe("more than a million");
    fc.assert(
      fc.property(fc.double({ min: 0, max: 13, noNaN: true }), (e) => Number(oddsFactor(e).replace("\u202f", "")) >= Math.exp(e) * (1 - 1e-9)),
      { seed: 1 },
    );
  });
  it("δ as a chance", () => {
    expect([1e-9, 1e-6, 1e-5, 0.5, 0].map(oneIn)).toEqual(["one in a thousand million", "one in a million", "one in 100 thousand", "one in 2", "never"]);
  });
  it("powers of ten read as such", () => {
    expect([1e-9, 1.5e-6, -2e-7, 0.25, 12_345, 2.5e7, 0].map(figure)).toEqual(["10⁻⁹", "1.5 × 10⁻⁶", "−2 × 10⁻⁷", "0.25", "12\u202f345", "25\u202f000\u202f000", "0"]);
  });
  it("percentages keep small values apart from zero", () => {
    expect([0.1234, 0.0023, 0, 1, -0.015, null, Number.NaN].map(percent)).toEqual(["12.3\u00a0%", "0.23\u00a0%", "0\u00a0%", "100\u00a0%", "−1.5\u00a0%", "–", "–"]);
  });
});
