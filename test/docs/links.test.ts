import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { documents, ROOT, tableRows, text } from "./support.js";

/** Markdown without code, in which brackets mean something else. */
const prose = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");

const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");
const anchorsOf = (path: string): string[] => [...text(path).matchAll(/^#+ (.+)$/gm)].map((m) => anchor(m[1]));

/** Links of a document that lead nowhere. */
function dead(path: string): string[] {
  const links = [...prose(text(path)).matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1]).filter((link) => !/^https:/.test(link));
  return links.filter((link) => {
    const [file, hash] = link.split("#");
    const target = file === "" ? path : normalize(join(dirname(path), file));
    if (target.startsWith("..") || !existsSync(join(ROOT, target))) return true;
    return hash !== undefined && (statSync(join(ROOT, target)).isDirectory() || !anchorsOf(target).includes(hash));
  });
}

/** Source files that a document names and that are not there; globs are left alone. */
function missingSources(path: string): string[] {
  const names = [...text(path).matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|mjs|cjs))`/g)].map((m) => m[1]);
  return names.filter((name) => !existsSync(join(ROOT, name)) && !existsSync(join(ROOT, "src", name)));
}

const MACHINE = /(?:^|[\s("'`=])(?:\/(?:home|tmp|work|root|Users|mnt|var|opt)\/|[A-Z]:\\)|file:\/\/|localhost|127\.0\.0\.1|registry\.|\b(?:pypi|npmjs)\.(?:org|com)/m;

describe.each(documents())("%s", (path) => {
  it("has links that lead to files and headings", () => {
    expect(dead(path)).toEqual([]);
  });

  it("names source files that exist", () => {
    expect(missingSources(path)).toEqual([]);
  });

  it("names no path of one machine and no host of a registry", () => {
    expect(MACHINE.exec(text(path))?.[0]).toBeUndefined();
  });
});

describe("docs/ARCHITECTURE.md", () => {
  it("has the rooms and imports that the import rules hold", () => {
    const { forbidden } = createRequire(import.meta.url)(join(ROOT, ".ci/dependency-cruiser.cjs")) as { forbidden: { from: { path?: string }; to: { pathNot?: unknown } }[] };
    const rules = forbidden.flatMap(({ from, to }) => {
      const room = /^\^src\/(\w+)\/$/.exec(from.path ?? "")?.[1];
      if (room === undefined || !Array.isArray(to.pathNot)) return [];
      const allowed = to.pathNot.map((p) => String(p).replace(/^\^src\/|\/$/g, "")).filter((other) => other !== room);
      return [[room, allowed.sort()] as const];
    });
    const rooms = rules.map(([room]) => room);
    const table = tableRows(text("docs/ARCHITECTURE.md"), "## The rooms").map(([room, , imports]) => {
      const name = room.replaceAll("`", "");
      const all = rooms.filter((other) => other !== name && other !== "cli");
      return [name, (imports === "–" ? [] : imports === "all but cli" ? all : imports.split(", ")).sort()] as const;
    });
    expect(rooms.length).toBeGreaterThan(10);
    expect(Object.fromEntries(table)).toEqual(Object.fromEntries(rules));
  });
});
