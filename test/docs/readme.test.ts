import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../src/base/errors.js";
import { program } from "../../src/cli/program.js";
import { METHODS } from "../../src/formats/method.js";
import { blocks, tableRows, text } from "./support.js";

const readme = text("README.md");
const [first, own] = blocks(readme, "sh");
const scripts: Record<string, string> = JSON.parse(text("package.json")).scripts;

/** Commands of a shell block, without comments, `&&` being a separator. */
const commands = (block: string): string[] =>
  block
    .split("\n")
    .flatMap((line) => line.replace(/\s+#.*$/, "").split("&&"))
    .map((command) => command.trim())
    .filter((command) => command !== "");

/** The command that `words` name, and the words left over. */
function resolve(words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command = program();
  for (const [i, word] of words.entries()) {
    const child = command.commands.find((c) => c.name() === word);
    if (child === undefined) return { command, rest: words.slice(i) };
    command = child;
  }
  return { command, rest: [] };
}

describe("README", () => {
  it("opens with two lines that run as printed, and nothing else", () => {
    expect(first).toBe("npm ci && npm run demo\nnpm ci && npm test");
    expect(scripts.demo).toContain("dist/cli/main.js demo");
    expect(scripts.test).toContain("vitest run");
  });

  it("puts the sentence that says what it is before the first block, and the limit right after", () => {
    const [before, , after] = readme.split("```");
    expect(before).toMatch(/differential privacy/);
    expect(after).toContain("A limit to know first");
    expect(readme.indexOf("A limit to know first")).toBeLessThan(readme.indexOf("## "));
    expect(readme).toContain("is not Google's");
  });

  it.each(commands(own))("%s is a command with such flags", (line) => {
    const [name, ...words] = line.split(/\s+/);
    expect(name).toBe("dpsynth");
    const { command, rest } = resolve(words);
    expect(command.name()).not.toBe("dpsynth");
    expect(command.commands).toEqual([]);
    const flags = rest.filter((word) => word.startsWith("-"));
    const known = command.options.flatMap((option) => [option.long, option.short]);
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
    const values = flags.filter((flag) => command.options.find((o) => o.long === flag || o.short === flag)?.required === true).length;
    expect(rest.length - flags.length - values).toBe(command.registeredArguments.filter((a) => a.required).length);
  });

  it("has a row for every verb, and for no other", () => {
    const rows = tableRows(readme, "## On your own data").map(([verb]) => verb.replaceAll("`", ""));
    expect(rows).toEqual([...new Set(rows)]);
    expect([...rows].sort()).toEqual(
      program()
        .commands.map((command) => command.name())
        .sort(),
    );
  });

  it("names every exit code and every method", () => {
    const line = /^Exit codes:[\s\S]*?\n\n/m.exec(readme)?.[0].split(/Inconclusive/)[0] as string;
    expect([...line.matchAll(/(?:^Exit codes:|·)\s+(\d+)/g)].map((m) => Number(m[1]))).toEqual(Object.values(EXIT));
    expect(readme).toContain(`(methods: ${METHODS.join(", ")})`);
  });
});
