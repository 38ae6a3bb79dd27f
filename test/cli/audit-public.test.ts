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
