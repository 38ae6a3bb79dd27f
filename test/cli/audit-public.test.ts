import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { done, dpsynth, endAll } from "../support/cli/run.js";
import { peopleWorkspace, removeAll, upTo, type Workspace } from "../support/cli/workspace.js";

interface Published {
  readonly privacy: { readonly epsilon: number; readonly events: { readonly type: string; readonly l1Sensitivity: number }[]; readonly spend: string; readonly ledger: { readonly seq: number } };
  readonly findings: { readonly id: string; readonly train: { readonly hits: number; readonly misses: number } }[];
}
interface Entry {
  readonly seq: number;
  readonly body: { readonly kind: string; readonly act?: string; readonly fit?: string };
}

afterEach(endAll);
afterAll(removeAll);

const entries = (w: Workspace): Entry[] =>
  w
    .read("privacy-budgets/people/ledger.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Entry);

let w: Workspace;
beforeAll(async () => {
  w = await upTo(peopleWorkspace(3000), "fit");
  await done(w.root, ["sample", "-q"]);
});

it("publishes noisy counts, reserved before the audit and committed, in a file and in the certificate", async () => {
  const before = entries(w).length;
  await done(w.root, ["audit", "--public", "0.2", "--targets", "300", "-q"]);
  const { privacy, findings } = w.json<Published>("reports/people/public-findings.json");
  expect(privacy.epsilon).toBe(0.2);
  expect(privacy.events).toHaveLength(findings.length);
  for (const event of privacy.events) expect(event).toMatchObject({ type: "discrete-laplace", l1Sensitivity: 1 });
  const added = entries(w).slice(before);
  expect(added.map(({ body }) => body.kind)).toEqual(["look", "reserve", "commit", "report"]);
  expect(added[2]).toMatchObject({ seq: privacy.ledger.seq, body: { fit: privacy.spend } });
  await done(w.root, ["report", "-q"]);
  expect(w.json<{ published: { epsilon: number } }>("reports/people/certificate.json").published.epsilon).toBe(0.2);
  expect(w.read("reports/people/certificate.html")).toContain("What attacks found, with noise");
  const { code } = await dpsynth(w.root, ["budget", "verify", "people", "-q"]);
  expect(code).toBe(0);
});

const FINDINGS = "reports/people/public-findings.json";

it("is verified beside its release: what the counts cost, whose noise they carry, and that the ledger has it", async () => {
  const { stdout } = await done(w.root, ["verify", "people.release.manifest.json", "--findings", FINDINGS]);
  expect(stdout.split("\n").filter((line) => line.includes("findings"))).toHaveLength(7);
  expect(stdout).not.toContain("✗");
});

it.each([
  ["a smaller ε than the noise is for", "findings epsilon", { privacy: { epsilon: 0.1 } }],
  ["another price", "findings price", { privacy: { price: { rhoFemto: "5" } } }],
  ["an event that has no price", "findings epsilon", { privacy: { events: { 0: { type: "discrete-laplace", query: "count", scale: "0", l1Sensitivity: 1 } } } }],
  ["noise of tests", "findings noise", { privacy: { noise: "TEST ONLY" } }],
  ["another release", "findings release", { subject: { releaseSha256: "0".repeat(64) } }],
  ["an entry that is no spend of theirs", "findings spend", { privacy: { spend: "somebody-else" } }],
])("counts that name %s are not sound", async (_, check, edit) => {
  const file = w.json<Record<string, object>>(FINDINGS);
  for (const [key, fields] of Object.entries(edit as Record<string, Record<string, unknown>>))
    for (const [name, value] of Object.entries(fields))
      (file[key] as Record<string, unknown>)[name] = typeof value === "object" ? Object.assign((file[key] as Record<string, object>)[name], value) : value;
  w.write("forged.json", JSON.stringify(file));
  const { code, stdout } = await dpsynth(w.root, ["verify", "people.release.manifest.json", "--findings", "forged.json"]);
  expect(code).toBe(1);
  expect(
    stdout
      .split("\n")
      .filter((line) => line.startsWith("✗"))
      .join(),
  ).toContain(check);
});

it("a file that is no published counts is refused by its name", async () => {
  const { code, stderr } = await dpsynth(w.root, ["verify", "people.release.manifest.json", "--findings", "people.model.json"]);
  expect({ code, named: stderr.includes("DPS-E803 people.model.json") }).toEqual({ code: 2, named: true });
});

it("counts anew each time: two runs pay twice and differ by their noise", async () => {
  const first = w.read("reports/people/public-findings.json");
  await done(w.root, ["audit", "--public", "0.2", "--targets", "300", "-q"]);
  const [a, b] = [JSON.parse(first) as Published, w.json<Published>("reports/people/public-findings.json")];
  expect(b.privacy.spend).not.toBe(a.privacy.spend);
  // with noise of scale 20 and more in some 16 counts, all equal by chance far below 1e-9
  expect(b.findings.map((f) => f.train)).not.toEqual(a.findings.map((f) => f.train));
});

it("is refused, on record and with nothing read, where the budget does not cover it", async () => {
  const before = entries(w).length;
  const { code, stderr } = await dpsynth(w.root, ["audit", "--public", "90", "-q"]);
  expect({ code, named: stderr.includes("DPS-E135") }).toEqual({ code: 3, named: true });
  expect(
    entries(w)
      .slice(before)
      .map(({ body }) => body.kind),
  ).toEqual(["look", "refuse"]);
});

it("needs a budget: parts as files have none", async () => {
  const { code, stderr } = await dpsynth(w.root, ["audit", "--public", "0.1", "--release", "x.csv", "--train", "a.csv", "--holdout", "b.csv", "-q"]);
  expect({ code, named: stderr.includes("DPS-E119") }).toEqual({ code: 2, named: true });
});
