import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fitWith } from "../../src/app/fit.js";
import { openWorkspace } from "../../src/app/workspace.js";
import { canonicalJson, sha256Hex } from "../../src/base/hash.js";
import { failedChecks } from "../support/cli/failed-checks.js";
import { done, dpsynth } from "../support/cli/run.js";
import { ledgerEntries, removeAll, tinyWorkspace, upTo, type Workspace } from "../support/cli/workspace.js";
import { zeroNoise } from "../support/test-noise.js";

interface Event {
  type: string;
  query: string;
  sigma2: string;
  l2Sensitivity: number;
}

interface Model {
  measurements: { variance: string }[];
  cliques: { weights: number[] }[];
  receipt: Record<string, unknown> & { price: { rhoFemto: string }; events: Event[]; ledger: { seq: number }; unit: { maxRows: number } };
}

const MODEL = "people.model.json";
const REPORT = "reports/people/report.json";

function withPolicy(): Workspace {
  const w = tinyWorkspace();
  const rule = { id: "attempts", title: "Few attempts", source: "house rule", kind: "attempts-at-most", limit: 100 };
  w.write("policy.json", JSON.stringify({ version: 1, name: "attempts", title: "Attempts only", rules: [rule] }));
  w.edit("dpsynth.config.json", (config) => Object.assign(config, { policy: "policy.json" }));
  return w;
}

let template: Workspace;
beforeAll(async () => {
  template = await upTo(withPolicy(), "audit");
});
afterAll(removeAll);

/** A model without noise, whose mark TEST ONLY was edited away, and its release. */
async function unmarked(): Promise<Workspace> {
  const w = await upTo(withPolicy(), "split");
  const [config, schema, budgets, model] = ["dpsynth.config.json", "people.schema.json", "privacy-budgets", MODEL].map(w.file);
  await fitWith(openWorkspace({ config, schema, budgets, model }, {}), {}, zeroNoise());
  w.edit<Model>(MODEL, ({ receipt }) => Object.assign(receipt, { noise: "secure" }));
  await done(w.root, ["sample", "-o", "release.csv", "-q"]);
  return w;
}

/** Change the model, and all that a forger without the key can make agree with it. */
async function forged(change: (model: Model) => void): Promise<Workspace> {
  const w = template.copy();
  w.edit<Model>(MODEL, change);
  await done(w.root, ["sample", "-o", "release.csv", "-q"]);
  return w;
}

const half = (rhoFemto: string): string => `${BigInt(rhoFemto) / 2n}`;

const FORGERIES: [string, (m: Model) => void, string[]][] = [
  ["a smaller epsilon", ({ receipt }) => Object.assign(receipt, { epsilon: 0.9 }), ["epsilon", "ledger epsilon"]],
  ["a smaller delta", ({ receipt }) => Object.assign(receipt, { delta: 1e-10 }), ["epsilon", "ledger epsilon"]],
  ["a lower price", ({ receipt: { price } }) => Object.assign(price, { rhoFemto: half(price.rhoFemto) }), ["price", "ledger price"]],
  ["an event too few", ({ receipt: { events } }) => events.splice(3, 1), ["price", "ledger events"]],
  ["an event of more noise", ({ receipt: { events } }) => Object.assign(events[0], { sigma2: "1000000" }), ["price", "measurements", "ledger events"]],
  ["an event of another query", ({ receipt: { events } }) => Object.assign(events[0], { query: "marginal(nobody)" }), ["measurements", "ledger events"]],
  ["events for fewer rows than a unit has", ({ receipt: { unit } }) => Object.assign(unit, { maxRows: 2 }), ["unit"]],
  ["another part", ({ receipt }) => Object.assign(receipt, { part: "all" }), ["ledger method and part", "ledger share"]],
  ["another method", ({ receipt }) => Object.assign(receipt, { method: "independent" }), ["method", "ledger method and part"]],
  [
    "another fit",
    ({ receipt }) => Object.assign(receipt, { fit: "fit-9-00000000" }),
    ["ledger fit", "ledger price", "ledger events", "ledger noise", "ledger model", "ledger epsilon", "ledger method and part"],
  ],
  ["another account", ({ receipt }) => Object.assign(receipt, { account: "pure" }), ["epsilon", "ledger fit", "ledger epsilon"]],
  ["a larger share learnt from", ({ receipt }) => Object.assign(receipt, { shareLearned: 1 }), ["ledger share"]],
  ["less spent before", ({ receipt }) => Object.assign(receipt, { spentEpsilon: 0.5 }), ["ledger spend"]],
  ["a lower cap", ({ receipt }) => Object.assign(receipt, { capEpsilon: 1 }), ["ledger spend"]],
  ["another place in the ledger", ({ receipt: { ledger } }) => Object.assign(ledger, { seq: ledger.seq - 1 }), ["ledger"]],
  ["another variance", ({ measurements }) => Object.assign(measurements[0], { variance: "4" }), ["measurements", "ledger model"]],
  ["a changed weight", ({ cliques }) => Object.assign(cliques[0].weights, { 0: cliques[0].weights[0] + 1 }), ["ledger model"]],
];

describe("verify", () => {
  it("passes the honest release, which the commit entry names", async () => {
    expect(await failedChecks(template)).toEqual({ code: 0, failed: [] });
    const { receipt, ...body } = template.json<Model>(MODEL);
    expect(ledgerEntries(template)[receipt.ledger.seq].body).toMatchObject({ kind: "commit", modelSha256: sha256Hex(canonicalJson(body)) });
  });

  it.each(FORGERIES)("finds %s, in a release sampled anew and re-hashed", async (_, change, checks) => {
    expect(await failedChecks(await forged(change))).toEqual({ code: 1, failed: checks });
  });

  it("finds test noise whose mark was edited away, by the ledger's own", async () => {
    expect(await failedChecks(await unmarked())).toEqual({ code: 1, failed: ["ledger noise"] });
  });

  it("finds a manifest that promises more than its model", async () => {
    const w = template.copy();
    w.edit<{ shareLearned: number }>("release.manifest.json", (m) => Object.assign(m, { shareLearned: 1 }));
    expect(await failedChecks(w)).toEqual({ code: 1, failed: ["receipt"] });
  });
});

describe("gate", () => {
  const rules = (w: Workspace): Record<string, string> =>
    Object.fromEntries(w.json<{ rules: { id: string; outcome: string }[] }>("reports/people/verdict.json").rules.map(({ id, outcome }) => [id, outcome]));

  it("passes the report as the audit wrote it", async () => {
    const w = template.copy();
    expect((await dpsynth(w.root, ["gate", "-q"])).code).toBe(0);
    expect(rules(w)).toEqual({ provenance: "pass", binding: "pass", attempts: "pass" });
  });

  it("is inconclusive on a report that was edited by hand", async () => {
    const w = template.copy();
    w.write(REPORT, template.read(REPORT).replace(/"estimate": [\d.e-]+/, '"estimate": 0'));
    expect(w.read(REPORT)).not.toBe(template.read(REPORT));
    const { code, stdout } = await dpsynth(w.root, ["gate", "-q"]);
    expect(code).toBe(4);
    expect(stdout).toContain("The ledger does not hold this report");
    expect(rules(w)).toMatchObject({ provenance: "pass", binding: "inconclusive" });
  });

  it("is inconclusive on test noise whose mark was edited away, though the audit of it is on record", async () => {
    const w = await unmarked();
    await done(w.root, ["audit", "-q"]);
    expect((await dpsynth(w.root, ["gate", "-q"])).code).toBe(4);
    expect(rules(w)).toMatchObject({ provenance: "inconclusive", binding: "pass" });
  });

  it("is inconclusive on a forged receipt, though the audit of it is on record", async () => {
    const w = await forged(({ receipt }) => Object.assign(receipt, { epsilon: 0.9 }));
    await done(w.root, ["audit", "-q"]);
    const { code, stdout } = await dpsynth(w.root, ["gate", "-q"]);
    expect(code).toBe(4);
    expect(stdout).toContain("Receipt and model are not what the ledger's entries on the fit say");
    expect(rules(w)).toMatchObject({ provenance: "inconclusive", binding: "pass" });
  });
});
