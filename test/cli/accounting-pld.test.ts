import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failedChecks } from "../support/cli/failed-checks.js";
import { refused } from "../support/cli/refused.js";
import { done, dpsynth } from "../support/cli/run.js";
import { asPersons, atCap, discovering, ledgerEntries, removeAll, tinyWorkspace, type Workspace } from "../support/cli/workspace.js";

interface Step {
  type: string;
  sigma2?: string;
  eta?: string;
  times: number;
}

interface Model {
  measurements: { variance: string }[];
  receipt: Record<string, unknown> & { epsilon: number; price: { rhoFemto: string }; ownPrice?: { epsilon: number; schedule: Step[]; closesLedger: boolean }; events: { sigma2?: string }[] };
}

const MODEL = "people.model.json";
const PLD = ["fit", "--yes", "-q", "--accounting", "pld"];

let open: Workspace;
let closed: Workspace;
beforeAll(async () => {
  open = await atCap();
  closed = open.copy();
  await done(closed.root, PLD);
  await done(closed.root, ["sample", "-o", "release.csv", "-q"]);
});
afterAll(removeAll);

describe("plan", () => {
  it("shows both accountings, and which of them closes the ledger", async () => {
    const plan = JSON.parse((await dpsynth(open.root, ["plan", "--json", "-n", "300", "--accounting", "zcdp"])).stdout);
    expect(plan).toMatchObject({ accounting: "zcdp", ledger: { fits: true, closes: false }, other: { accounting: "pld", ledger: { fits: true, closes: true } } });
    // published gain of exact accounting of Gaussians at (1, 1e-9): 4.9 % of σ
    const ones = JSON.parse((await dpsynth(open.root, ["plan", "--json", "--method", "independent", "--accounting", "zcdp"])).stdout);
    expect(Math.abs(1 - ones.other.fit.oneWay[0].sigma / ones.fit.oneWay[0].sigma - 0.049)).toBeLessThan(0.001);
    expect(plan.other.fit.oneWay[0].expectedTvd).toBeLessThan(plan.fit.oneWay[0].expectedTvd);
    const words = (await dpsynth(open.root, ["plan", "--accounting", "zcdp"])).stdout;
    expect(words).toContain("with --accounting pld");
    expect(words).toContain("it would close the ledger");
    expect((await dpsynth(open.root, ["plan", "--accounting", "pld"])).stdout).toContain("CLOSES THE LEDGER");
    const roomy = await atCap("3");
    expect((await dpsynth(roomy.root, ["plan", "--accounting", "pld"])).stdout).not.toContain("CLOSES");
  });
});

describe("fit --accounting pld", () => {
  it("says that it closes the ledger before it asks, and spends nothing unasked", async () => {
    const said = await dpsynth(open.copy().root, ["fit", "--accounting", "pld"]);
    expect(said.stderr.indexOf("CLOSES THE LEDGER")).toBeGreaterThan(0);
    expect(said.stderr.indexOf("CLOSES THE LEDGER")).toBeLessThan(said.stderr.indexOf("DPS-E112"));
    expect(said.code).toBe(2);
  });

  it("is the default where a fit of fixed looks takes all of an untouched budget, and zcdp is elsewhere", async () => {
    const w = open.copy();
    await done(w.root, ["fit", "--yes", "-q"]);
    expect(w.json<Model>(MODEL).receipt.ownPrice).toMatchObject({ by: "privacy-loss-distributions", closesLedger: true });
    const less = open.copy();
    await done(less.root, ["fit", "--epsilon", "0.5", "--yes", "-q"]);
    expect(less.json<Model>(MODEL).receipt.ownPrice).toBeUndefined();
    await done(less.root, ["fit", "--epsilon", "0.5", "--yes", "-q"]);
    expect(less.json<Model>(MODEL).receipt.ownPrice).toBeUndefined();
    const asked = open.copy();
    await done(asked.root, ["fit", "--accounting", "zcdp", "--yes", "-q"]);
    expect(asked.json<Model>(MODEL).receipt.ownPrice).toBeUndefined();
  });

  it("may be set in the configuration", async () => {
    const w = open.copy();
    w.edit<{ fit: Record<string, unknown> }>("dpsynth.config.json", ({ fit }) => Object.assign(fit, { accounting: "pld" }));
    await done(w.root, ["fit", "--yes", "-q"]);
    expect(w.json<Model>(MODEL).receipt.ownPrice?.closesLedger).toBe(true);
  });

  it("has less noise at the same promise, and tells its price wherever one is told", async () => {
    const { receipt } = closed.json<Model>(MODEL);
    expect(receipt).toMatchObject({ epsilon: 1, delta: 1e-9, spentEpsilon: receipt.ownPrice?.epsilon, ownPrice: { closesLedger: true } });
    const shown = await dpsynth(closed.root, ["budget", "show", "people"]);
    expect(shown.stdout).toContain("CLOSED by fit-");
    expect(shown.stdout).toMatch(/ε = 1 at δ = 1e-9 by privacy loss distributions, ρ = [\d.]+/);
    const w = closed.copy();
    await done(w.root, ["audit", "-q"]);
    const gated = await dpsynth(w.root, ["gate", "--json", "-q"]);
    const epsilon = (JSON.parse(gated.stdout).rules as { id: string; outcome: string; measured: number }[]).find((rule) => rule.id === "epsilon");
    expect(epsilon).toMatchObject({ outcome: "pass", measured: 1 });
    expect(w.json("reports/people/certificate.json")).toMatchObject({ privacy: { epsilon: 1, price: receipt.price, ownPrice: receipt.ownPrice } });
    for (const page of ["report.html", "certificate.html"]) expect(w.read(`reports/people/${page}`)).toContain("Priced by privacy loss distributions");
  });

  it("lets no fit come after it, exit 3, and a raise opens the ledger where it covers rho", async () => {
    const w = closed.copy();
    await refused(w, ["fit", "--epsilon", "0.01", "--yes"], { code: 3, says: "DPS-E417", adds: ["refuse"] });
    await refused(w, PLD, { code: 3, says: "DPS-E417", adds: ["refuse"] });
    const little = await dpsynth(w.root, ["budget", "raise", "people", "--epsilon", "1.01", "--by", "Ada", "--reason", "more"]);
    expect(little.stderr).toContain("It stays closed by fit-");
    await refused(w, ["fit", "--epsilon", "0.01", "--yes"], { code: 3, says: "DPS-E417", adds: ["refuse"] });
    await done(w.root, ["budget", "raise", "people", "--epsilon", "2", "--by", "Ada", "--reason", "more", "-q"]);
    await done(w.root, ["fit", "--epsilon", "0.1", "--yes", "-q"]);
    expect((await dpsynth(w.root, ["budget", "verify", "people"])).code).toBe(0);
  });

  it.each([
    ["auto", /asked of mosaic/],
    ["mosaic", /asked of mosaic/],
    ["aim", /asked of aim/],
    ["privbayes", /asked of privbayes/],
  ])("is refused of %s, which decides as it goes, with nothing spent", async (method, says) => {
    await refused(open.copy(), [...PLD, "--method", method], { says });
  });

  it("is refused of a pure account, of units of several rows, of discovery, and above epsilon 64", async () => {
    await refused(open.copy(), [...PLD, "--epsilon", "65"], { says: "none below zCDP" });
    const pure = tinyWorkspace();
    await done(pure.root, ["budget", "create", "people", "--epsilon", "1", "--delta", "0", "-q"]);
    await done(pure.root, ["split", "-q"]);
    await refused(pure, PLD, { says: "pure account" });
    const persons = asPersons(open.copy());
    const ended = await dpsynth(persons.root, ["plan", "--accounting", "pld"]);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining("units of up to 3 rows")]);
    const found = discovering(open.copy());
    const thresholds = await dpsynth(found.root, ["plan", "--accounting", "pld"]);
    expect([thresholds.code, thresholds.stderr]).toEqual([2, expect.stringContaining("discovers values")]);
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
  const pldOf = ({ receipt }: Model): NonNullable<Model["receipt"]["ownPrice"]> => receipt.ownPrice as NonNullable<Model["receipt"]["ownPrice"]>;

  it.each<[string, (model: Model) => void, string[]]>([
    ["nothing in the honest release", () => undefined, []],
    ["an edited sigma of the schedule", (m) => Object.assign(pldOf(m).schedule[0], { sigma2: "1000000" }), ["course", "ledger own price"]],
    [
      "an edited sigma of schedule and event",
      (m) => {
        pldOf(m).schedule[2].sigma2 = "9";
        for (const e of m.receipt.events.slice(-2)) e.sigma2 = "9";
      },
      ["price", "epsilon", "measurements", "ledger events", "ledger own price"],
    ],
    ["an edited sigma of an event", (m) => Object.assign(m.receipt.events[0], { sigma2: "1000000" }), ["course", "measurements", "ledger events"]],
    ["a smaller eta", (m) => Object.assign(pldOf(m).schedule[1], { eta: "1/1000" }), ["course", "ledger own price"]],
    ["a smaller epsilon of the schedule", (m) => Object.assign(pldOf(m), { epsilon: 0.95 }), ["epsilon", "ledger own price"]],
    ["a schedule priced at a larger delta than is told", (m) => Object.assign(pldOf(m), { delta: 1e-5 }), ["epsilon", "ledger own price"]],
    ["a smaller epsilon of the receipt", (m) => Object.assign(m.receipt, { epsilon: 0.95 }), ["epsilon"]],
    ["a lower rho", (m) => Object.assign(m.receipt.price, { rhoFemto: `${BigInt(m.receipt.price.rhoFemto) / 2n}` }), ["price", "epsilon", "ledger price", "ledger own price"]],
    ["a schedule with no price", (m) => Object.assign(pldOf(m).schedule[0], { sigma2: "-1" }), ["course", "epsilon", "ledger own price"]],
    ["a receipt that keeps silent about it", (m) => delete m.receipt.ownPrice, ["price", "epsilon", "ledger own price"]],
    ["a ledger left open", (m) => Object.assign(pldOf(m), { closesLedger: false }), ["ledger own price"]],
  ])("finds %s", async (_, change, checks) => {
    expect(await failedAfter(change)).toEqual(checks);
  });

  it("is told a schedule's own epsilon in words", async () => {
    const { stdout } = await dpsynth(closed.root, ["verify", "release.manifest.json"]);
    expect(stdout).toMatch(/epsilon: by privacy loss distributions the whole costs at most ε = 0\.9999\d* at δ = 1e-9/);
    expect(ledgerEntries(closed).map((entry) => entry.body.kind)).toContain("reserve");
  });
});
