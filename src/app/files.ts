import { createReadStream, readFileSync } from "node:fs";
import type { z } from "zod";
import { type ErrorCode, fault } from "../base/errors.js";
import { runningSha256, sha256Hex } from "../base/hash.js";
import { parseAs, parseJson } from "../formats/parse.js";
import { writeFileAtomic } from "../table/write/atomic.js";

/** Read a JSON file of ours, validated. `what` is its name in words; `next` the remedy where it is missing or broken. */
export function readJsonFile<T extends z.ZodType>(schema: T, path: string, code: ErrorCode, what: string, next: string): { value: z.output<T>; sha256: string } {
  const text = readText(path, code, what, next);
  return { value: parseAs(schema, parseJson(text, path, code, next), path, code, next), sha256: sha256Hex(text) };
}

export function readText(path: string, code: ErrorCode, what: string, next: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw fault(code, path, what, reason === "ENOENT" ? "missing" : reason === "EISDIR" ? "a folder" : "unreadable", next);
  }
}

/** Pretty JSON with a final newline, written atomically. Returns the bytes' SHA-256. */
export async function writeJsonFile(path: string, value: unknown, indent = 2): Promise<string> {
  const text = `${JSON.stringify(value, undefined, indent)}\n`;
  await writeFileAtomic(path, text);
  return sha256Hex(text);
}

/** SHA-256 of a file of any size. */
export async function sha256OfFile(path: string, code: ErrorCode, next: string): Promise<string> {
  const hash = runningSha256();
  try {
    for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(block as Uint8Array);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw fault(code, path, "a readable file", missing ? "missing" : "unreadable", next);
  }
  return hash.digest();
}
