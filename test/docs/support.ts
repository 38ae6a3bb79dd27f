import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Text of a file of the project. */
export function text(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Files below a folder of the project whose name ends so, as paths from the project's root. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** Every document for people. */
export function documents(): string[] {
  return [...readdirSync(ROOT).filter((name) => name.endsWith(".md")), ...filesBelow("docs", ".md"), ...filesBelow("fixtures", ".md")];
}

/** Code blocks of one language, in order. */
export function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map((m) => m[1].trim());
}

/** Body rows of every table below a heading, up to the next heading of any depth: trimmed cells. */
export function tableRows(markdown: string, heading?: string): string[][] {
  const lines = markdown.split("\n");
  const from = heading === undefined ? 0 : lines.indexOf(heading) + 1;
  const until = heading === undefined ? -1 : lines.findIndex((line, i) => i >= from && /^#+ /.test(line));
  const rows = lines.slice(from, until < 0 ? undefined : until);
  return rows.flatMap((line, i) => (line.startsWith("|") && !/^\|[-|: ]+\|$/.test(line) && !/^\|[-|: ]+\|$/.test(rows[i + 1] ?? "") ? [cellsOf(line)] : []));
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf("|"))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
