import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect, it } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { openLedger, verifyLedger } from "../../src/curator/ledger/index.js";
import { modelFile } from "../../src/formats/model.js";
import { done, endAll, start } from "../support/cli/run.js";
import { removeAll, tinyWorkspace, upTo } from "../support/cli/workspace.js";

const KILLS = 20;
const FIT = ["fit", "--yes", "--epsilon", "0.1"];

afterEach(endAll);
afterAll(removeAll);

it(`a fit killed at any of ${KILLS} moments leaves a sound ledger that holds its spend, and a whole model or none`, async () => {
  const w = await upTo(tinyWorkspace(3000), "split");
  const temporary = w.file("tmp");
  mkdirSync(temporary);
  const budgets = w.file("privacy-budgets");
  const bits = seededBits("kill the fit");
  const began = performance.now();
  await done(w.root, [...FIT, "--model", "first.json"], { TMPDIR: temporary });
  const whole = performance.now() - began;
  expect(readdirSync(temporary)).toEqual([]); // a fit that ends leaves nothing
  let fits = 1;
  const moments = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const running = start(w.root, FIT, { TMPDIR: temporary });
    // at any moment, and every other time between the reservation, which stands when rows are read, and the end
    if (kill % 2 === 0) await sleep((0.15 + 0.85 * bits.uniform()) * whole);
    else {
      await running.said("read…");
      await sleep(0.2 * bits.uniform() * whole);
    }
    running.child.kill("SIGKILL");
    const { stderr, signal } = await running.ended;
    const ledger = await openLedger(budgets, "people");
    expect((await verifyLedger(budgets, "people", [])).findings).toEqual([]);
    const known = ledger.state.fits;
    const last = known.at(-1);
    const reserved = known.length > fits;
    fits = known.length;
    // rows are read only after the reservation stands
    if (stderr.includes("read…")) expect(reserved).toBe(true);
    if (reserved && last?.status === "open") expect(last.price).toEqual(last.reserved);
    if (reserved && signal === null) expect(last?.status).toBe("committed");
    const counted = known.reduce((sum, fit) => sum + BigInt(fit.price.rhoFemto), 0n);
    expect(BigInt(ledger.balance.spent.rhoFemto)).toBe(counted);
    if (existsSync(w.file("people.model.json"))) {
      const { receipt } = modelFile.parse(w.json("people.model.json"));
      expect(known.find((fit) => fit.fit === receipt.fit)?.status).toBe("committed");
    }
    moments.add(reserved ? (last?.status ?? "") : "before");
  }
  // the moments fell on both sides of the reservation, or this test has seen nothing
  expect(moments.has("before")).toBe(true);
  expect(moments.has("open")).toBe(true);
  // the next verb goes on as if nothing had been
  await done(w.root, [...FIT, "--model", "last.json"], { TMPDIR: temporary });
  await done(w.root, ["budget", "verify", "people", "--witness", "last.json", "first.json"]);
  // what a killed process cannot clear away: its spill folder, for its owner alone and empty, since so small a table does not spill
  const left = readdirSync(temporary).map((name) => join(temporary, name));
  for (const folder of left) expect([(statSync(folder).mode & 0o777).toString(8), readdirSync(folder)]).toEqual(["700", []]);
});

it("a fit interrupted at any moment ends with 130, or with 0 where it was done, and clears up behind it", async () => {
  const w = await upTo(tinyWorkspace(3000), "split");
  const temporary = w.file("tmp");
  mkdirSync(temporary);
  const bits = seededBits("interrupt the fit");
  const began = performance.now();
  await done(w.root, FIT, { TMPDIR: temporary });
  const whole = performance.now() - began;
  const files = w.files();
  const codes: (number | null)[] = [];
  for (let time = 0; time < 8; time += 1) {
    const running = start(w.root, FIT, { TMPDIR: temporary });
    await sleep((0.3 + 0.65 * bits.uniform()) * whole);
    running.child.kill("SIGINT");
    const { code, signal } = await running.ended;
    // before our handler stands, the system's own holds: nothing had begun
    codes.push(signal === "SIGINT" ? 130 : code);
    expect(w.files()).toEqual(files);
    expect(readdirSync(temporary)).toEqual([]);
    expect((await verifyLedger(w.file("privacy-budgets"), "people", [])).findings).toEqual([]);
  }
  expect(codes.filter((code) => code !== 0 && code !== 130)).toEqual([]);
  expect(codes).toContain(130);
});

it("a sampling that is interrupted leaves neither rows nor a part of them", async () => {
  const w = await upTo(tinyWorkspace(200), "fit");
  for (const [ending, signal] of [
    ["csv", "SIGINT"],
    ["parquet", "SIGTERM"],
    ["arrow", "SIGINT"],
    ["jsonl", "SIGINT"],
  ] as const) {
    const files = w.files();
    const running = start(w.root, ["sample", "-n", "20000000", "-o", `r.${ending}`]);
    await running.said("sample…");
    await sleep(150);
    running.child.kill(signal);
    expect((await running.ended).code).toBe(130);
    expect(w.files()).toEqual(files);
  }
});
