import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

/** A pair of columns counted on the build (sources start no thread) in so many threads, after `before`; with how many threads were asked for. */
function counted(threads: number, before = ""): { counts: number[]; started: number } {
  const script = `
    import workers from "node:worker_threads";
    import { syncBuiltinESMExports } from "node:module";
    import { EventEmitter } from "node:events";
    const Real = workers.Worker;
    let started = 0;
    workers.Worker = class extends Real { constructor(...args) { super(...args); started += 1; } };
    ${before}
    syncBuiltinESMExports();
    const { memoryEngine } = await import(${JSON.stringify(pathToFileURL(`${process.cwd()}/dist/engine/memory.js`).href)});
    const rows = 41_000_000;
    const column = (step) => { const out = new Uint8Array(new SharedArrayBuffer(rows)); for (let i = 0; i < rows; i += 1) out[i] = (i * step) % 3; return out; };
    const table = { domain: { columns: [{ size: 3 }, { size: 3 }] }, rows, codes: [column(1), column(7)] };
    const [marginal] = await memoryEngine(table, ${threads}).count([[0, 1]]);
    process.stdout.write(JSON.stringify({ counts: [...marginal.counts], started }));`;
  return JSON.parse(execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], { encoding: "utf8" }));
}

describe("counting in threads", () => {
  it("goes on where they fail: a fit that counts is paid for", () => {
    const alone = counted(1);
    expect(alone.started).toBe(0);
    expect(alone.counts.reduce((sum, n) => sum + n, 0)).toBe(41_000_000);
    expect(counted(3)).toEqual({ ...alone, started: 2 });
    const failing = "workers.Worker = class extends EventEmitter { constructor() { super(); started += 1; setImmediate(() => this.emit('error', new Error('out of memory'))); } };";
    expect(counted(3, failing)).toEqual({ ...alone, started: 2 });
  });
});
