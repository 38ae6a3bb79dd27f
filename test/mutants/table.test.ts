import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FAST_MUTANTS, SLOW_MUTANTS } from "./catalogue.js";

const PATH = "docs/notes/mutants.md";
const [START, END] = ["<!-- table -->", "<!-- end -->"];
const all = [...FAST_MUTANTS, ...SLOW_MUTANTS];

/** Side channels (time, memory, error texts), which the threat model leaves out. */
const LEFT_OUT = [21];

function table(): string {
  const order = [...all].sort((a, b) => (a.defect ?? 99) - (b.defect ?? 99));
  const rows = order.map((m) => `| ${m.defect ?? "–"} | \`${m.id}\` | ${m.what} | ${m.by} | ${m.power ?? ""} |`);
  return ["| defect | mutant | what is wrong | caught by | power |", "|---|---|---|---|---|", ...rows].join("\n");
}

it("has a mutant for each known defect that is not a side channel", () => {
  const known = Array.from({ length: 21 }, (_, i) => i + 1).filter((n) => !LEFT_OUT.includes(n));
  expect(known.filter((n) => !all.some((m) => m.defect === n))).toEqual([]);
  expect(new Set(all.map((m) => m.id)).size).toBe(all.length);
});

it("says a power of every check that draws noise or targets", () => {
  for (const m of all) expect(m.power !== undefined, m.id).toBe(m.by === "empirical ε" || m.by === "attack");
});

it("stands in the note as it is (DPSYNTH_UPDATE=1 writes it)", () => {
  const text = readFileSync(PATH, "utf8");
  const [before, after] = [text.slice(0, text.indexOf(START) + START.length), text.slice(text.indexOf(END))];
  const wanted = `${before}\n\n${table()}\n\n${after}`;
  if (process.env.DPSYNTH_UPDATE === "1") writeFileSync(PATH, wanted);
  expect(readFileSync(PATH, "utf8")).toBe(wanted);
});
