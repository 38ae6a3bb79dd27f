import type { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { cliReference } from "../../.ci/cli-reference.mjs";
import { EXIT } from "../../src/base/errors.js";
import { program } from "../../src/cli/program.js";
import { text } from "./support.js";

const below = (command: Command, path: string[]): { command: Command; name: string }[] =>
  command.commands.flatMap((child) => [{ command: child, name: [...path, child.name()].join(" ") }, ...below(child, [...path, child.name()])]);

describe("docs/cli.md", () => {
  beforeAll(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith("DPSYNTH_")) delete process.env[name];
  });

  it("is what the program says of itself (renew: npm run build && node .ci/cli-reference.mjs)", () => {
    expect(text("docs/cli.md")).toBe(cliReference(program(), EXIT));
  });

  it.each(below(program(), ["dpsynth"]))("$name has a heading, and words for itself, its arguments and its flags", ({ command, name }) => {
    expect(text("docs/cli.md")).toMatch(new RegExp(`^#{2,3} ${name}$`, "m"));
    expect(command.description()).not.toBe("");
    expect(command.registeredArguments.filter((argument) => argument.description === "").map((argument) => argument.name())).toEqual([]);
    expect(command.options.filter((option) => option.description === "").map((option) => option.flags)).toEqual([]);
  });
});
