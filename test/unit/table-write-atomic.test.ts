import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pendingFile, writeFault, writeFileAtomic } from "../../src/table/write/atomic.js";
import { openSink } from "../../src/table/write/sink.js";

const folder = mkdtempSync(join(tmpdir(), "dpsynth-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file system of 1 MB, where we may mount one. */
function smallDisk(): string | undefined {
  const path = join(folder, "small");
  mkdirSync(path, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "ignore" });
    return path;
  } catch {
    return undefined;
  }
}

describe("writeFileAtomic", () => {
  it("writes, replaces and leaves no other file", async () => {
    const path = join(folder, "a.json");
    await writeFileAtomic(path, "old");
    await writeFileAtomic(path, new TextEncoder().encode("né"));
    expect(readFileSync(path, "utf8")).toBe("né");
    expect(readdirSync(folder)).toContain("a.json");
    expect(readdirSync(folder).filter((f) => f.includes(".part"))).toEqual([]);
  });

  it("keeps a private mode", async () => {
    await writeFileAtomic(join(folder, "key"), "k", 0o600);
    expect(statSync(join(folder, "key")).mode & 0o777).toBe(0o600);
  });

  it("the old file stays until commit and after discard", async () => {
    const path = join(folder, "b");
    await writeFileAtomic(path, "old");
    const pending = await pendingFile(path);
    writeFileSync(pending.path, "half");
    expect(readFileSync(path, "utf8")).toBe("old");
    await pending.discard();
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder).filter((f) => f.includes(".part"))).toEqual([]);
  });

  it("faults: no folder, a file for a folder, a folder for a file", async () => {
    mkdirSync(join(folder, "dir", "inner"), { recursive: true });
    await writeFileAtomic(join(folder, "file"), "");
    for (const path of [join(folder, "none", "x"), join(folder, "file", "x"), join(folder, "dir")]) {
      await expect(writeFileAtomic(path, "x")).rejects.toMatchObject({ fault: { code: "DPS-E340", path, exit: 2 } });
    }
    expect(readdirSync(folder).filter((f) => f.includes(".part"))).toEqual([]);
  });

  it("never passes on another library's words", () => {
    const fault = writeFault("out.csv", new Error("row 7: secret cell"));
    expect(fault.message).not.toContain("secret");
    expect(fault.fault.code).toBe("DPS-E342");
  });
});

describe("a full disk", () => {
  const disk = smallDisk();
  afterAll(() => {
    if (disk !== undefined) execFileSync("umount", [disk], { stdio: "ignore" });
  });

  it.skipIf(disk === undefined)("is one fault that names the file, and nothing is left", async () => {
    const path = join(disk as string, "big");
    await expect(writeFileAtomic(path, new Uint8Array(4 << 20))).rejects.toMatchObject({ fault: { code: "DPS-E341", path } });
    expect(readdirSync(disk as string)).toEqual([]);
  });

  it.skipIf(disk === undefined).each(["csv", "jsonl", "arrow", "parquet"] as const)("ends a %s sink the same way", async (format) => {
    const path = join(disk as string, `big.${format}`);
    const rows = 65_536;
    const run = async (): Promise<void> => {
      const sink = await openSink(path, format, [{ name: "x", type: "number", decimals: 6 }]);
      let state = 1;
      for (let i = 0; i < 20; i += 1) {
        const values = Float64Array.from({ length: rows }, () => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return state / 1e6;
        });
        await sink.write({ rows, columns: [{ values }] });
      }
      await sink.close();
    };
    await expect(run()).rejects.toMatchObject({ fault: { code: "DPS-E341", path } });
    expect(readdirSync(disk as string)).toEqual([]);
  });
});
