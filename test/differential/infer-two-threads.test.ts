import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

/** Run `body` in a process of its own, on the build: sources start no thread. It has `load(file under dist/synth/infer)`, and what it returns comes back. */
function inBuild(body: string, flags: readonly string[] = []): unknown {
  const dist = pathToFileURL(`${process.cwd()}/dist/synth/infer/`).href;
  const script = `const load = (file) => import(${JSON.stringify(dist)} + file); const out = await (async () => {${body}})(); process.stdout.write(JSON.stringify(out));`;
  return JSON.parse(execFileSync(process.execPath, [...flags, "--no-warnings", "--input-type=module", "-e", script], { encoding: "utf8" }));
}

const MODEL = `
  const { compile } = await load("belief-propagation.js");
  const sizes = [2, 16, 7, 15, 6, 5, 42];
  const pairs = [1, 2, 3, 4, 6].flatMap((a, i, all) => all.slice(i + 1).map((b) => ({ clique: [a, b] })));
  const observations = [...pairs, { clique: [0, 1] }, { clique: [0, 5] }];
  const theta = (length) => Float64Array.from({ length }, (_, i) => Math.sin(7 * i));
  const run = (from, times, pause) => {
    const model = compile(sizes, observations, false, from);
    const seen = new Set();
    let last;
    for (let i = 0; i < times; i += 1) {
      const mu = new Float64Array(model.layout.length);
      const logZ = model.sweep(theta(mu.length), mu);
      last = [logZ, ...mu];
      seen.add(last.join());
      if (pause) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
    return { different: seen.size, last };
  };
`;

describe("a large clique in two threads", () => {
  it("gives what one thread gives, and the same to the last bit each time", () => {
    const { whole, halved } = inBuild(`${MODEL} return { whole: run(Infinity, 1), halved: run(1 << 10, 60, 2) };`) as Record<string, { different: number; last: number[] }>;
    expect(halved.different).toBe(1);
    whole.last.forEach((v, i) => expect(Math.abs(halved.last[i] - v)).toBeLessThan(1e-12 * Math.max(1, Math.abs(v))));
  });

  it.skipIf(availableParallelism() < 2)("the helper does a half by itself while this thread is busy, and the process ends without it being told to", () => {
    const done = inBuild(`
      const { halve } = await load("halves.js"), { deskCells } = await load("job.js"), { offerHalf } = await load("helper.js"), { runJob } = await load("run-job.js"), { openArena } = await load("arena.js");
      const term = (columns, address) => ({ columns, address });
      const { second } = halve({ axes: [0, 1, 2], sizes: [4, 5, 6], inputs: [term([0, 2], 0), term([1, 2], 0)], outputs: [term([0], 0), term([1], 0), term([], 0)] });
      const cells = deskCells(second);
      const inputs = second.inputs.reduce((sum, place) => sum + place.length, 0);
      const fresh = () => Float64Array.from({ length: cells }, (_, i) => (i < inputs ? 1 + (i % 5) : -1));
      const mine = fresh();
      runJob(second, mine, openArena(second.bytes));
      const desk = new Float64Array(new SharedArrayBuffer(8 * cells));
      desk.set(fresh());
      const finish = offerHalf(second, desk);
      for (let i = 0; i < 2000 && desk[cells - 1] === -1; i += 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      const before = [...desk];
      finish();
      return { before, after: [...desk], mine: [...mine], cells };
    `) as { before: number[]; after: number[]; mine: number[]; cells: number };
    expect(done.mine.at(-1)).toBeGreaterThan(0);
    expect(done.before).toEqual(done.mine);
    expect(done.after).toEqual(done.mine);
  });

  it("goes on in one thread where none can be started", () => {
    const forbidden = inBuild(`${MODEL} return run(1 << 10, 3);`, ["--experimental-permission", "--allow-fs-read=*"]) as { different: number; last: number[] };
    expect(forbidden.different).toBe(1);
    expect(forbidden.last.every(Number.isFinite)).toBe(true);
  });
});
