import { afterAll, afterEach, describe, expect, it } from "vitest";
import { peopleCsv } from "../../src/app/demo/people.js";
import { peopleSchema } from "../../src/app/demo/people-schema.js";
import { seededBits } from "../../src/base/random.js";
import { refused } from "../support/cli/refused.js";
import { done, dpsynth, endAll } from "../support/cli/run.js";
import { emptyWorkspace, removeAll, type Workspace } from "../support/cli/workspace.js";

interface Report {
  readonly findings: { readonly id: string; readonly family: string; readonly estimate: number | null }[];
  readonly subsample: { readonly train: { readonly taken: number; readonly of: number }; readonly largestMissed: number } | null;
  readonly parts: { readonly train: number; readonly release: number };
  readonly limits: string[];
}
interface Verdict {
  readonly verdict: string;
  readonly rules: { readonly id: string; readonly outcome: string }[];
}

afterEach(endAll);
afterAll(removeAll);

const [header, ...people] = [...peopleCsv(5400, "foreign")].join("").trimEnd().split("\n");
const names = header.split(",");
const learned = names.map((_, i) => i).filter((i) => !["person_id", "email"].includes(names[i]));
const csv = (rows: readonly string[]): string => `${[header, ...rows].join("\n")}\n`;
const without = (rows: readonly string[], cell = (text: string, _name: string): string => text): string =>
  [header, ...rows].map((row, at) => learned.map((i) => (at === 0 ? row.split(",")[i] : cell(row.split(",")[i], names[i]))).join(",")).join("\n");

function workspace(): Workspace {
  const w = emptyWorkspace();
  w.write("people.schema.json", JSON.stringify(peopleSchema));
  w.write("train.csv", csv(people.slice(0, 2400)));
  w.write("holdout.csv", csv(people.slice(2400, 3900)));
  w.write("good.csv", without(people.slice(3900)));
  return w;
}

const flags = (release: string): string[] => ["--release", release, "--train", "train.csv", "--holdout", "holdout.csv", "--schema", "people.schema.json"];

async function judged(w: Workspace, release: string): Promise<{ report: Report; verdict: Verdict }> {
  const dataset = release.replace(/\..*$/, "");
  await done(w.root, ["audit", ...flags(release), "--targets", "800", "-q"]);
  const { stdout } = await dpsynth(w.root, ["gate", "--release", release, "--schema", "people.schema.json", "--json", "-q"]);
  return { report: w.json<Report>(`reports/${dataset}/report.json`), verdict: JSON.parse(stdout) as Verdict };
}
const outcome = (verdict: Verdict, id: string): string | undefined => verdict.rules.find((rule) => rule.id === id)?.outcome;

describe("a release as another tool writes it", () => {
  const w = workspace();

  it("a bootstrap with jitter fails: its rows lie too close to the people it was drawn from", async () => {
    const bits = seededBits("bootstrap");
    const draw = Array.from({ length: 1500 }, () => people[bits.below(2400)]);
    w.write(
      "bootstrap.csv",
      without(draw, (text) => (/^\d{2,}$/.test(text) ? String(Number(text) + bits.below(3) - 1) : text)),
    );
    const { verdict } = await judged(w, "bootstrap.csv");
    expect(verdict.verdict).toBe("fail");
    expect(["membership", "copies"].map((id) => outcome(verdict, id))).toContain("fail");
  });

  it("numbers in quotes and with a decimal point are the same numbers", async () => {
    w.write(
      "quoted.csv",
      without(people.slice(3900), (text) => `"${/^-?(0|[1-9]\d*)$/.test(text) ? `${text}.0` : text}"`),
    );
    const [quoted, plain] = [await judged(w, "quoted.csv"), await judged(w, "good.csv")];
    expect(quoted.report.findings.map(({ id, estimate }) => [id, estimate])).toEqual(plain.report.findings.map(({ id, estimate }) => [id, estimate]));
    expect(quoted.verdict.verdict).toBe("inconclusive");
  });

  it("dates in two formats: those that the schema does not know count as it says, and there is a verdict", async () => {
    let date = 0;
    w.write(
      "dates.csv",
      without(people.slice(3900), (text) => {
        const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
        date += 1;
        return found === null || date % 2 === 0 ? text : `${found[3]}/${found[2]}/${found[1]}`;
      }),
    );
    expect(w.read("dates.csv")).toMatch(/\d\d\/\d\d\/\d{4}/);
    const { code } = await dpsynth(w.root, ["audit", ...flags("dates.csv"), "--targets", "200", "-q"]);
    expect([0, 2]).toContain(code);
    if (code === 0) expect((await judged(w, "dates.csv")).verdict.verdict).not.toBe("pass");
  });

  it("without a column, or with one too many, it is refused by name", async () => {
    w.write("narrow.csv", without(people.slice(3900)).replaceAll(/,[^,\n]*$/gm, ""));
    await refused(w, ["audit", ...flags("narrow.csv")], { says: /^DPS-E305 narrow\.csv/ });
  });

  it("a sample of a large table is declared: how many of how many, and what it could miss", async () => {
    await done(w.root, ["audit", ...flags("good.csv"), "--most", "600", "--targets", "300", "-q"]);
    const { subsample, parts, limits } = w.json<Report>("reports/good/report.json");
    // (1 − 1/4)^m ≤ .05 from m = 10.4 on
    expect(subsample).toMatchObject({ train: { taken: 600, of: 2400 }, largestMissed: 10 });
    expect(parts).toMatchObject({ train: 2400, release: 1500 });
    expect(limits.join(" ")).toContain("600 of 2400 rows learnt from");
  });
});

it("500 columns get a verdict", async () => {
  const w = emptyWorkspace();
  const bits = seededBits("wide");
  const columns = Array.from({ length: 500 }, (_, c) => `c${c}`);
  const role = (c: number): string => (c === 0 ? "sensitive" : c < 5 ? "quasi-identifier" : "none");
  const fields = columns.map((name, c) =>
    c % 2 === 0
      ? { name, type: "string", categories: ["a", "b", "c"], dpsynth: { role: role(c), nullable: false, catchAll: "other", onNull: "catch-all", onUnseen: "catch-all" } }
      : { name, type: "integer", constraints: { minimum: 0, maximum: 99 }, dpsynth: { role: role(c), nullable: true, bins: 10, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp" } },
  );
  w.write("people.schema.json", JSON.stringify({ fields, dpsynth: { version: 1, privacyUnit: { kind: "row" } } }));
  const rows = (n: number): string =>
    `${[columns, ...Array.from({ length: n }, () => columns.map((_, c) => (c % 2 === 0 ? "abc"[bits.below(3)] : String(bits.below(100)))))].map((row) => row.join(",")).join("\n")}\n`;
  w.write("train.csv", rows(400));
  w.write("holdout.csv", rows(300));
  w.write("wide.csv", rows(300));
  const { verdict } = await judged(w, "wide.csv");
  expect(["inconclusive", "fail"]).toContain(verdict.verdict);
});
