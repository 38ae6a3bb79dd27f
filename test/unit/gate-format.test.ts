import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VerdictFile } from "../../src/formats/report.js";
import { decide, formatVerdict, githubSummary, profile, smallestDecidable } from "../../src/gate/index.js";
import { sampleContext, sampleReport } from "../support/sample-report.js";

const verdict = (over = {}): VerdictFile => decide(profile("public"), sampleReport(), sampleContext(over));

describe("formatVerdict", () => {
  it("text says the verdict first, then what blocks", () => {
    const text = formatVerdict(verdict({ attempts: 9, holdout: { units: 0, share: 0 } }), "text");
    const lines = text.split("\n");
    expect(lines[0]).toBe("FAIL  policy “public”");
    expect(lines[1]).toBe("  ✗ Attempts on this fit");
    expect(lines[3]).toBe("  ? Enough people held out");
    expect(formatVerdict(verdict(), "text").startsWith("PASS")).toBe(true);
  });

  it("json is the verdict", () => {
    expect(JSON.parse(formatVerdict(verdict(), "json"))).toEqual(verdict());
  });

  it("junit counts failures and errors, and is a tree", () => {
    const xml = formatVerdict(verdict({ attempts: 9, holdout: { units: 0, share: 0 } }), "junit");
    expect(xml).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="dpsynth gate: public" tests="15" failures="1" errors="1">/);
    expect(xml).toContain("<failure message=");
    expect(xml).toContain("<error message=");
    expect(tree(xml)).toBe(true);
    expect(tree("<a><b></a></b>")).toBe(false);
  });

  it("github annotates what does not pass", () => {
    const lines = formatVerdict(verdict({ attempts: 9 }), "github")
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error title=FAIL%3A Attempts on this fit::This is attempt 9/);
    expect(lines[1]).toBe("::error title=dpsynth gate%3A FAIL::Policy “public”, 15 rules.");
    expect(githubSummary(verdict())).toContain("## dpsynth gate: PASS");
  });

  it("hostile texts stay texts in every format", () => {
    const texts = fc.oneof(
      fc.constantFrom("]]></failure>", `"><x y="`, "\n::error::pwned", "%0A::stop-commands::x", "\x1b[31m", "a\u2028b", "| x |\n# h", "\ud800", "\0\u000b"),
      fc.string({ unit: "binary", maxLength: 20 }),
    );
    fc.assert(
      fc.property(texts, (t) => {
        const base = verdict({ attempts: 9 });
        const v = { ...base, policy: t, rules: base.rules.map((r) => ({ ...r, title: t, reason: t, source: t, family: r.family === null ? null : t })) };
        expect(JSON.parse(formatVerdict(v, "json"))).toEqual(v);
        const xml = formatVerdict(v, "junit");
        expect(tree(xml)).toBe(true);
        expect(xml.match(/<testcase/g)).toHaveLength(15);
        expect(
          formatVerdict(v, "github")
            .trimEnd()
            .split(/[\n\r]/),
        ).toHaveLength(2);
        const text = formatVerdict(v, "text");
        expect(text.split("\n")).toHaveLength(1 + 2 * 15 + 1);
        expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\u2028/u);
        expect(githubSummary(v).split(/[\n\r]/)).toHaveLength(6 + 15 + 1);
      }),
      { seed: 11, numRuns: 150 },
    );
  });
});

/** Tags nest, attributes are quoted, and no character stands that XML 1.0 forbids. */
function tree(xml: string): boolean {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml)) return false;
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml[^?]*\?>\n/, "")
    .replace(/<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos|#\d+);[^"<&]*)*")*)(\/?)>/g, (_, close: string, name: string, __: string, self: string) => {
      if (close === "/") {
        if (open.pop() !== name) open.push("wrong");
      } else if (self === "") open.push(name);
      return "";
    });
  return open.length === 0 && !rest.includes("<") && !/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(rest);
}

describe("smallestDecidable", () => {
  it("agrees with the published table of AUC power", () => {
    // n per side → AUC shown with power .8 at one-sided level .95
    for (const [n, auc] of [
      [100, 0.602],
      [250, 0.564],
      [500, 0.545],
      [1000, 0.532],
      [2000, 0.523],
      [5000, 0.514],
      [10_000, 0.51],
    ]) {
      const line = smallestDecidable(profile("public"), { targets: n, controls: n }).find((d) => d.rule === "membership")!;
      expect(line.smallest).toBeCloseTo(auc, 3);
      expect(line.decidable).toBe(n >= 250);
    }
  });

  it("decides nothing without targets, more with more, less with more findings", () => {
    const at = (targets: number, findings = 1) => smallestDecidable(profile("public"), { targets, controls: targets, findings: { inference: findings } }).find((d) => d.rule === "inference")!;
    expect(at(0)).toMatchObject({ smallest: Number.POSITIVE_INFINITY, decidable: false });
    expect(at(100).decidable).toBe(false);
    expect(at(1000).decidable).toBe(true);
    expect(at(1000, 5).smallest).toBeGreaterThan(at(1000).smallest);
    expect(smallestDecidable(profile("public"), { targets: 9, controls: 9 }).map((d) => d.rule)).toEqual(["membership", "singling-out", "linkability", "inference"]);
  });
});
