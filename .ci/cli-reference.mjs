// Write docs/cli.md from the commander program of the built package. `--check` writes nothing and fails where the file is stale.
// node .ci/cli-reference.mjs [--check] [folder of the build, default dist]
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(import.meta.url);
const root = join(dirname(here), "..");

const EXIT_WORDS = {
  done: "Done; or the gate passed.",
  gateFailed: "The gate failed; or `verify` or `budget verify` found a fault; or `audit --mechanism` or `audit --one-run` proved the promise broken.",
  usage: "The command line, the configuration, the schema or an input file is wrong. Nothing was spent, unless the message says so.",
  budgetRefused: "The budget does not cover what was asked.",
  inconclusive: "The gate could not decide. Inconclusive never counts as a pass.",
  internal: "A bug in dpsynth.",
  interrupted: "Interrupted. What was reserved stays reserved.",
};

const VARIABLES = [
  ["DPSYNTH_CONFIG", "`--config`"],
  ["DPSYNTH_DATASET", "`--dataset`"],
  ["DPSYNTH_TABLE", "`--table`"],
  ["DPSYNTH_SCHEMA", "`--schema`"],
  ["DPSYNTH_BUDGETS", "`--budgets`"],
  ["DPSYNTH_REPORTS", "`--reports`"],
  ["DPSYNTH_POLICY", "`--policy`"],
  ["DPSYNTH_MODEL", "`--model`"],
  ["NO_COLOR", "no colour, whatever its value"],
  ["DPSYNTH_DEBUG", "the stack of an unforeseen error, without its message"],
];

const INTRO = `# Command line

<!-- Written by .ci/cli-reference.mjs from the program itself. Do not edit: run \`npm run build && node .ci/cli-reference.mjs\`. -->

Flags win over \`DPSYNTH_*\` variables, which win over \`dpsynth.config.json\`, which wins over defaults. Data and verdicts go to
standard output, words and progress to standard error. \`--json\` prints one object; \`-q\` silences the words. Nothing is sent over a network.
`;

const plain = (text) => text.replace(/\s+/g, " ").trim();
/** A file name or a Greek letter keeps its case. */
const sentence = (text) => `${plain(text).replace(/^[a-z](?=[a-z]*[ ,:;])/, (c) => c.toUpperCase())}.`;

function valueText(value) {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return "";
  return ` Default: \`${value}\`.`;
}

function optionLine(option) {
  const choices = option.argChoices === undefined ? "" : ` One of ${option.argChoices.map((c) => `\`${c}\``).join(", ")}.`;
  const required = option.mandatory ? " Required." : "";
  return `- \`${option.flags}\`: ${plain(option.description)}.${choices}${required}${valueText(option.defaultValue)}`;
}

function section(command, path, depth) {
  const name = [...path, command.name()];
  const lines = [`${"#".repeat(depth)} ${name.join(" ")}`, "", sentence(command.description()), ""];
  const children = command.commands;
  if (children.length === 0) {
    lines.push("```", `${name.join(" ")} ${command.usage()}`, "```", "");
    for (const argument of command.registeredArguments) lines.push(`- \`${argument.name()}\`: ${plain(argument.description)}.${argument.required ? "" : " May be left out."}`);
    for (const option of command.options) lines.push(optionLine(option));
    if (command.registeredArguments.length + command.options.length > 0) lines.push("");
  }
  return [...lines, ...children.flatMap((child) => section(child, name, depth + 1))];
}

/** The whole page. `exits` is the table of exit codes, name to number. */
export function cliReference(program, exits) {
  const codes = Object.entries(exits).map(([name, code]) => {
    if (EXIT_WORDS[name] === undefined) throw new Error(`say in .ci/cli-reference.mjs what exit code ${name} means`);
    return `| ${code} | ${EXIT_WORDS[name]} |`;
  });
  return [
    INTRO,
    "## Exit codes",
    "",
    "| code | meaning |",
    "|---|---|",
    ...codes,
    "",
    "## Environment",
    "",
    "| variable | stands for |",
    "|---|---|",
    ...VARIABLES.map(([name, words]) => `| \`${name}\` | ${words} |`),
    "",
    ...program.commands.flatMap((command) => section(command, [program.name()], 2)),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

async function main() {
  const check = process.argv.includes("--check");
  const built = resolve(root, process.argv.slice(2).find((a) => !a.startsWith("-")) ?? "dist");
  if (!existsSync(join(built, "cli", "program.js"))) {
    console.error(`cli-reference: no build in ${built}. Run: npm run build`);
    process.exit(1);
  }
  delete process.env.DPSYNTH_BUDGETS; // a default of this machine is none of the program
  const load = (name) => import(pathToFileURL(join(built, name)).href);
  const [{ program }, { EXIT }] = await Promise.all([load("cli/program.js"), load("base/errors.js")]);
  const text = cliReference(program(), EXIT);
  const path = join(root, "docs", "cli.md");
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  if (!check) return writeFileSync(path, text);
  console.error("docs/cli.md differs from the program. Run: npm run build && node .ci/cli-reference.mjs");
  process.exit(1);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === here) await main();
