import { describe, expect, it } from "vitest";
import { filesBelow, tableRows, text } from "./support.js";

/** Code without comments: docstrings name codes that others throw. Texts keep their `//`, as in a URL. */
const bare = (source: string): string => source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/[^\n]*/g, "$1");

/** Code → rooms that use it, from the source. A comparison with a code is no use of it. */
function thrown(): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  for (const path of filesBelow("src", ".ts")) {
    const room = path.split("/")[1];
    for (const [, code] of bare(text(path)).matchAll(/(?<![!=]== ")\b(DPS-E\d{3})\b/g)) out.set(code, (out.get(code) ?? new Set()).add(room));
  }
  return out;
}

const rows = tableRows(text("docs/errors.md"));
const documented = new Map(rows.map(([code, rooms]) => [code, rooms]));

describe("docs/errors.md", () => {
  it("has a row for every code in the source, and for no other", () => {
    expect(thrown().size).toBeGreaterThan(50);
    expect([...documented.keys()].sort()).toEqual([...thrown().keys()].sort());
  });

  it("has each code once, with a meaning, in order", () => {
    const codes = rows.map(([code]) => code);
    expect(codes.filter((code) => !/^DPS-E\d{3}$/.test(code))).toEqual([]);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(rows.filter((row) => row.length !== 4 || row[2].length < 10).map(([code]) => code)).toEqual([]);
  });

  it.each([...documented])("%s is thrown by %s alone: a code that turns up in another room has got a second meaning", (code, rooms) => {
    expect([...(thrown().get(code) ?? [])].sort().join(", ")).toBe(rooms);
  });
});
