import { describe, expect, it } from "vitest";
import { filesBelow, text } from "./support.js";

const SECTIONS: Record<string, string> = {
  "table-schema": "Table schema",
  config: "Configuration",
  budget: "Budget",
  "ledger-entry": "Ledger entry",
  model: "Model",
  marginals: "Marginals",
  manifest: "Manifest",
  report: "Report",
  empirical: "Empirical ε",
  "public-findings": "Public findings",
  verdict: "Verdict",
  policy: "Policy",
  certificate: "Certificate",
};

const page = text("docs/formats.md");

/** Text of a section of the second depth. */
function section(title: string): string {
  const from = page.indexOf(`\n## ${title}\n`);
  const until = page.indexOf("\n## ", from + 1);
  return from < 0 ? "" : page.slice(from, until < 0 ? undefined : until);
}

/** Names of all properties of a JSON Schema, at every depth. */
function keysOf(schema: unknown): Set<string> {
  const keys = new Set<string>();
  const walk = (node: unknown): void => {
    if (node === null || typeof node !== "object") return;
    const { properties } = node as { properties?: object };
    if (!Array.isArray(node) && properties !== undefined) for (const key of Object.keys(properties)) keys.add(key);
    for (const child of Object.values(node)) walk(child);
  };
  walk(schema);
  return keys;
}

/** Every word in backticks, whole and by its parts (`privacyUnit` in `dpsynth.privacyUnit`). */
function named(markdown: string): Set<string> {
  return new Set([...markdown.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => [code, ...code.split(/[^\w$-]+/)]));
}

describe("docs/formats.md", () => {
  it("has a section for every published schema", () => {
    const published = filesBelow("schemas", ".schema.json").map((path) => path.replace(/^schemas\/|\.schema\.json$/g, ""));
    expect(Object.keys(SECTIONS).sort()).toEqual(published);
  });

  it.each(Object.entries(SECTIONS))("%s: every key is named under “%s” or under the shared parts", (name, title) => {
    expect(section(title)).not.toBe("");
    const shared = section("Shared parts") + (name === "model" ? section("Table schema") : name === "empirical" ? section("Report") : "");
    const known = named(section(title) + shared);
    const keys = keysOf(JSON.parse(text(`schemas/${name}.schema.json`)));
    expect(keys.size).toBeGreaterThan(4);
    expect([...keys].filter((key) => !known.has(key))).toEqual([]);
  });
});
