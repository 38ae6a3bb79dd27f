import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failedChecks } from "../support/cli/failed-checks.js";
import { refused } from "../support/cli/refused.js";
import { done, dpsynth } from "../support/cli/run.js";
import { asPersons, atCap, discovering, removeAll, tinyWorkspace, type Workspace } from "../support/cli/workspace.js";

interface Model {
  receipt: { epsilon: number; price: { rhoFemto: string }; ownPrice?: Record<string, unknown> & { epsilon: number }; events: { type: string; sigma2?: string; eta?: string; inARow?: number }[] };
}

const MODEL = "people.model.json";
const FIT = ["fit", "--method", "mosaic", "--yes", "-q"];

let open: Workspace;
let closed: Workspace;
beforeAll(async () => {
  open = await atCap();
  closed = open.copy();
  await done(closed.root, FIT);
  await done(closed.root, ["sample", "-o", "release.csv", "-q"]);
});
afterAll(removeAll);

describe("a fit of chosen looks that takes all of an untouched budget", () => {
  it("is planned as Gaussian differential privacy, with less noise than zCDP, and says that it closes the ledger", async () => {
    const plan = JSON.parse((await dpsynth(open.root, ["plan", "--json", "--method", "mosaic", "-n", "300"])).stdout);
    expect(plan).toMatchObject({ accounting: "gdp", ledger: { fits: true, closes: true }, other: { accounting: "zcdp", ledger: { fits: true, closes: false } } });
    // mpmath: √(ρ of zCDP / ρ of GDP) at (1, 1e-9) is 1 − 4.9 %, and one is added to σ²
    const [own, others] = [plan.fit.oneWay[0].sigma ** 2 - 1, plan.other.fit.oneWay[0].sigma ** 2];
    expect(own / others).toBeGreaterThan(0.8);
    expect(own / others).toBeLessThan(0.95);
    const words = (await dpsynth(open.root, ["plan", "--method", "mosaic"])).stdout;
    expect(words).toContain("priced as Gaussian differential privacy");
    expect(words).toContain("CLOSES THE LEDGER");
    expect(words).toContain("with --accounting zcdp");
  });

  it("pays all of it, tells its price wherever one is told, and lets no other follow", async () => {
    const { receipt } = closed.json<Model>(MODEL);
    expect(receipt).toMatchObject({ epsilon: 1, delta: 1e-9, spentEpsilon: receipt.ownPrice?.epsilon, ownPrice: { by: "gaussian-dp", delta: 1e-9, closesLedger: true } });
    expect((await dpsynth(closed.root, ["budget", "show", "people"])).stdout).toMatch(/ε = 1 at δ = 1e-9 as Gaussian differential privacy, ρ = [\d.]+/);
    const w = closed.copy();
    await done(w.root, ["audit", "-q"]);
    const gated = await dpsynth(w.root, ["gate", "--json", "-q"]);
    expect((JSON.parse(gated.stdout).rules as { id: string; outcome: string; measured: number }[]).find((rule) => rule.id === "epsilon")).toMatchObject({ outcome: "pass", measured: 1 });
    for (const page of ["report.html", "certificate.html"]) expect(w.read(`reports/people/${page}`)).toContain("Priced as Gaussian differential privacy");
    expect((await dpsynth(w.root, ["budget", "verify", "people"])).code).toBe(0);
    await refused(w, ["fit", "--epsilon", "0.01", "--yes"], { code: 3, says: "DPS-E417", adds: ["refuse"] });
  });

  it("is not priced so where that would be noisier: few columns at a large epsilon", async () => {
    const w = await atCap("30");
    const plan = JSON.parse((await dpsynth(w.root, ["plan", "--json", "--method", "mosaic", "--epsilon", "30"])).stdout);
    expect(plan).toMatchObject({ accounting: "zcdp", ledger: { closes: false }, other: null });
    const asked = JSON.parse((await dpsynth(w.root, ["plan", "--json", "--method", "mosaic", "--epsilon", "30", "--accounting", "gdp"])).stdout);
    expect(asked.fit.pairs[0].sigma).toBeGreaterThan(plan.fit.pairs[0].sigma);
  });

  it("is of units of several rows as well", async () => {
    const plan = JSON.parse((await dpsynth(asPersons(open.copy()).root, ["plan", "--json", "--method", "mst"])).stdout);
    expect(plan).toMatchObject({ accounting: "gdp", unit: { maxRows: 3 } });
  });

  it.each([["mst"], ["aim"], ["privbayes"], ["independent"]])("%s may ask for it by name", async (method) => {
    const w = open.copy();
    await done(w.root, ["fit", "--method", method, "--accounting", "gdp", "--yes", "-q"]);
    expect(w.json<Model>(MODEL).receipt.ownPrice).toMatchObject({ by: "gaussian-dp" });
    await done(w.root, ["sample", "-o", "release.csv", "-q"]);
    expect((await dpsynth(w.root, ["verify", "release.manifest.json"])).code).toBe(0);
  });
});

describe("--accounting gdp", () => {
  it("of a part of the cap leaves the ledger open, and both fits count by rho", async () => {
    const w = await atCap("3");
    await done(w.root, [...FIT, "--accounting", "gdp"]);
    expect(w.json<Model>(MODEL).receipt.ownPrice).toMatchObject({ closesLedger: false });
    await done(w.root, FIT);
    expect(w.json<Model>(MODEL).receipt.ownPrice).toBeUndefined();
    expect((await dpsynth(w.root, ["budget", "verify", "people"])).code).toBe(0);
  });

  it("is refused of a pure account, of discovery and above epsilon 32, with nothing spent", async () => {
    await refused(open.copy(), [...FIT, "--accounting", "gdp", "--epsilon", "33"], { says: "none below zCDP" });
    const pure = tinyWorkspace();
    await done(pure.root, ["budget", "create", "people", "--epsilon", "1", "--delta", "0", "-q"]);
    await done(pure.root, ["split", "-q"]);
    await refused(pure, ["fit", "--accounting", "gdp", "--yes", "-q"], { says: "pure account" });
    expect(JSON.parse((await dpsynth(pure.root, ["plan", "--json"])).stdout)).toMatchObject({ accounting: "zcdp", other: null });
    const found = discovering(open.copy());
    const thresholds = await dpsynth(found.root, ["plan", "--accounting", "gdp"]);
    expect([thresholds.code, thresholds.stderr]).toEqual([2, expect.stringContaining("discovers values")]);
    expect(JSON.parse((await dpsynth(found.root, ["plan", "--json"])).stdout)).toMatchObject({ accounting: "zcdp" });
  });
});

describe("verify", () => {
  async function failedAfter(change: (model: Model) => void): Promise<string[]> {
    const w = closed.copy();
    w.edit<Model>(MODEL, change);
    await done(w.root, ["sample", "-o", "release.csv", "-q"]);
    const { code, failed } = await failedChecks(w);
    expect(code).toBe(failed.length === 0 ? 0 : 1);
    return failed;
  }
  const own = ({ receipt }: Model): NonNullable<Model["receipt"]["ownPrice"]> => receipt.ownPrice as NonNullable<Model["receipt"]["ownPrice"]>;
  const picks = ({ receipt }: Model): Model["receipt"]["events"] => receipt.events.filter((e) => e.type === "exponential");

  it.each<[string, (model: Model) => void, string[]]>([
    ["nothing in the honest release", () => undefined, []],
    ["less noise than was paid for", (m) => Object.assign(m.receipt.events[1], { sigma2: "9" }), ["course", "price", "measurements", "ledger events"]],
    ["an event without a price of this kind", (m) => Object.assign(m.receipt.events[1], { sigma2: "2" }), ["course", "price", "measurements", "ledger events"]],
    ["a larger eta", (m) => picks(m).forEach((e) => Object.assign(e, { eta: "1/2" })), ["course", "price", "ledger events"]],
    ["a smaller epsilon of its own", (m) => Object.assign(own(m), { epsilon: 0.95 }), ["epsilon", "ledger own price"]],
    ["a larger delta of its own", (m) => Object.assign(own(m), { delta: 1e-5 }), ["epsilon", "ledger own price"]],
    ["a smaller epsilon of the receipt", (m) => Object.assign(m.receipt, { epsilon: 0.95 }), ["epsilon"]],
    ["a lower rho", (m) => Object.assign(m.receipt.price, { rhoFemto: `${BigInt(m.receipt.price.rhoFemto) / 2n}` }), ["course", "price", "ledger price", "ledger own price"]],
    ["a higher rho", (m) => Object.assign(m.receipt.price, { rhoFemto: `${BigInt(m.receipt.price.rhoFemto) * 2n}` }), ["epsilon", "ledger price", "ledger own price"]],
    ["a receipt that keeps silent about it", (m) => delete m.receipt.ownPrice, ["price", "epsilon", "ledger own price"]],
  ])("finds %s", async (_, change, checks) => {
    expect(await failedAfter(change)).toEqual(checks);
  });

  it("is told the price in words", async () => {
    expect((await dpsynth(closed.root, ["verify", "release.manifest.json"])).stdout).toMatch(/epsilon: as Gaussian differential privacy the whole costs at most ε = 0\.9999\d* at δ = 1e-9/);
  });
});
