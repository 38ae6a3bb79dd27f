import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { peopleCsv } from "../../src/app/demo/people.js";
import { peopleSchema } from "../../src/app/demo/people-schema.js";
import { refused } from "../support/cli/refused.js";
import { done, dpsynth, endAll } from "../support/cli/run.js";
import { emptyWorkspace, peopleWorkspace, removeAll, upTo, type Workspace } from "../support/cli/workspace.js";

interface Report {
  readonly findings: { readonly id: string; readonly estimate: number | null; readonly excess: { readonly estimate: number; readonly standardError: number } | null }[];
  readonly utility: unknown;
  readonly parts: unknown;
  readonly receipt: unknown;
  readonly subject: { readonly ledger: unknown; readonly modelSha256: unknown };
  readonly limits: string[];
}
interface Verdict {
  readonly verdict: string;
  readonly rules: { readonly id: string; readonly outcome: string }[];
}

afterEach(endAll);
afterAll(removeAll);

const [header, ...people] = [...peopleCsv(7000, "files")].join("").trimEnd().split("\n");
const csv = (rows: readonly string[]): string => `${[header, ...rows].join("\n")}\n`;
/** The first half of the identifiers names persons: two rows each. */
const inPairs = (rows: readonly string[]): string[] => rows.map((row, i) => row.replace(/^[^,]*/, `person-${Math.floor(i / 2)}`));

/** As another tool would write it: no identifiers, columns the other way round. */
function foreign(rows: readonly string[]): string {
  const names = header.split(",");
  const order = names.map((_, i) => names.length - 1 - i).filter((i) => !["person_id", "email"].includes(names[i]));
  return [header, ...rows].map((row) => order.map((i) => row.split(",")[i]).join(",")).join("\n");
}

function filesWorkspace(rows = people): Workspace {
  const w = emptyWorkspace();
  w.write("people.schema.json", JSON.stringify(peopleSchema));
  w.write("train.csv", csv(rows.slice(0, 3000)));
  w.write("holdout.csv", csv(rows.slice(3000, 4600)));
  w.write("reference.csv", csv(rows.slice(4600, 5400)));
  w.write("other.csv", foreign(rows.slice(5400)));
  return w;
}

const FILES = ["--release", "other.csv", "--train", "train.csv", "--holdout", "holdout.csv", "--schema", "people.schema.json"];
const instead = (flag: string, file: string): string[] => FILES.map((arg, i) => (FILES[i - 1] === flag ? file : arg));

describe("a release of another tool, with its parts as files", () => {
  let w: Workspace;
  beforeAll(async () => {
    w = filesWorkspace();
    await done(w.root, ["audit", ...FILES, "--reference", "reference.csv", "-q"]);
  });

  it("is attacked without manifest, budget or configuration, and the report says that nothing is promised", async () => {
    const report = w.json<Report>("reports/other/report.json");
    expect(report.parts).toEqual({ train: 3000, holdout: 1600, reference: 800, release: 1600, unit: "row" });
    expect(report.subject).toMatchObject({ ledger: null, modelSha256: null });
    expect({ receipt: report.receipt, says: report.limits.some((text) => /No claim of differential privacy/.test(text)) }).toEqual({ receipt: null, says: true });
    const weighed = report.findings.filter(({ id }) => !/^(membership-(suite|exposed|f1)|class-size)$/.test(id)); // these say of others, or of the table
    expect(weighed.length).toBeGreaterThan(20);
    for (const finding of weighed) expect(finding.excess, finding.id).not.toBeNull();
    await done(w.root, ["report", "--dataset", "other", "-q"]);
    expect(w.read("reports/other/report.html")).toContain("No promise");
    expect(w.files().filter((name) => name.startsWith("privacy-budgets"))).toEqual([]);
  });

  it("never passes the gate: what needs a claim is undecided, the attacks are weighed all the same", async () => {
    const { code, stdout } = await dpsynth(w.root, ["gate", "--release", "other.csv", "--schema", "people.schema.json", "--json", "-q"]);
    const { verdict, rules } = JSON.parse(stdout) as Verdict;
    const outcome = (id: string): string | undefined => rules.find((rule) => rule.id === id)?.outcome;
    expect({ code, verdict }).toEqual({ code: 4, verdict: "inconclusive" });
    for (const id of ["provenance", "epsilon", "delta", "attempts"]) expect(outcome(id), id).toBe("inconclusive");
    for (const id of ["binding", "membership", "copies", "holdout"]) expect(outcome(id), id).toBe("pass");
  });

  it("fails the gate where it is a copy of the train file", async () => {
    const copy = filesWorkspace();
    copy.write("other.csv", foreign(people.slice(0, 3000)));
    await done(copy.root, ["audit", ...FILES, "-q"]);
    const { code, stdout } = await dpsynth(copy.root, ["gate", "--release", "other.csv", "--schema", "people.schema.json", "--json", "-q"]);
    expect({ code, verdict: (JSON.parse(stdout) as Verdict).verdict }).toEqual({ code: 1, verdict: "fail" });
  });
});

describe("parts that cannot be judged by", () => {
  const w = filesWorkspace();

  it("hold out rows that were learnt from", async () => {
    w.write("overlap.csv", csv(people.slice(2900, 4500)));
    await refused(w, ["audit", ...instead("--holdout", "overlap.csv")], { says: "DPS-E320 overlap.csv: must be a holdout part apart from the train part, but is holding far more of the same rows" });
    await refused(w, ["audit", ...instead("--holdout", "train.csv")], { says: "DPS-E320 train.csv" });
    await refused(w, ["audit", ...FILES, "--reference", "holdout.csv"], { says: "DPS-E320 holdout.csv: must be a reference part apart from the holdout part" });
  });

  it("hold out one person of the train part, be their rows never so different", async () => {
    const persons = filesWorkspace(inPairs(people));
    persons.write("people.schema.json", JSON.stringify({ ...peopleSchema, dpsynth: { ...peopleSchema.dpsynth, privacyUnit: { kind: "person", column: "person_id", maxRows: 2 } } }));
    await done(persons.root, ["audit", ...FILES, "-q"]);
    expect(persons.json<Report>("reports/other/report.json").parts).toMatchObject({ train: 1500, holdout: 800, unit: "person" });
    persons.write("holdout.csv", csv([...inPairs(people).slice(3000, 4600), people[6999].replace(/^[^,]*/, "person-7")]));
    await refused(persons, ["audit", ...FILES], { says: "DPS-E320 holdout.csv: must be a holdout part apart from the train part, but is holding some of the same people" });
  });

  it("lack a file, a column or a flag, or have one too many", async () => {
    w.write("narrow.csv", csv(people.slice(0, 50)).replaceAll(/,[^,\n]*$/gm, ""));
    w.write("wide.csv", csv(people.slice(0, 50)).replaceAll(/$/gm, ",x").replace(/,x$/, ""));
    await refused(w, ["audit", ...instead("--holdout", "none.csv")], { says: "DPS-E301 none.csv" });
    await refused(w, ["audit", ...instead("--release", "none.csv")], { says: "DPS-E521 none.csv" });
    await refused(w, ["audit", ...instead("--holdout", "narrow.csv")], { says: /^DPS-E305 narrow\.csv: .*without "last_visit"/ });
    await refused(w, ["audit", ...instead("--train", "wide.csv")], { says: /^DPS-E305 wide\.csv: .*with a column that the schema does not know \(number 15\)/ });
    await refused(w, ["audit", ...instead("--release", "narrow.csv")], { says: /^DPS-E305 narrow\.csv: .*without "last_visit"/ });
    for (const flag of ["--release", "--train", "--holdout"]) {
      const at = FILES.indexOf(flag);
      await refused(w, ["audit", ...FILES.filter((_, i) => i !== at && i !== at + 1)], { says: `DPS-E114 ${flag}: must be given where parts are files, but is missing` });
    }
    await refused(w, ["audit", ...FILES.slice(0, -2)], { says: "DPS-E101 dpsynth.config.json" });
  });
});

it("a release in Arrow is audited, verified and gated with the same figures as in Parquet", async () => {
  const w = await upTo(peopleWorkspace(3000), "fit");
  const reports: Report[] = [];
  for (const ending of ["parquet", "arrow"]) {
    await done(w.root, ["sample", "-o", `release.${ending}`, "-q"]);
    await done(w.root, ["audit", "--release", `release.${ending}`, "-q"]);
    await done(w.root, ["verify", "release.manifest.json", "-q"]);
    const { code } = await dpsynth(w.root, ["gate", "--release", `release.${ending}`, "-q"]);
    expect([0, 4]).toContain(code);
    reports.push(w.json<Report>("reports/people/report.json"));
  }
  expect(reports[1].findings).toEqual(reports[0].findings);
  expect(reports[1].utility).toEqual(reports[0].utility);
});
