import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hmacSha256, putWords, type ShortDigest, sha256 } from "../../src/table/split/sha256.js";

const bytesOf = (n: number, seed: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 131 + seed * 17) & 255);
const hex = (digest: ShortDigest, message: Uint8Array): string => {
  const out = new Uint8Array(32);
  putWords(out, digest(message, message.length));
  return Buffer.from(out).toString("hex");
};

describe("SHA-256 of short messages", () => {
  it("agrees with node:crypto at every length up to 300, around every padding edge", () => {
    const digest = sha256();
    for (let n = 0; n <= 300; n += 1) expect(hex(digest, bytesOf(n, n))).toBe(createHash("sha256").update(bytesOf(n, n)).digest("hex"));
  });

  it("keys HMAC as node:crypto does, short, whole-block and long keys", () => {
    for (const keySize of [0, 1, 32, 63, 64, 65, 100, 200]) {
      const key = bytesOf(keySize, 3);
      const hmac = hmacSha256(key);
      for (let n = 0; n <= 200; n += 7) expect(hex(hmac, bytesOf(n, n))).toBe(createHmac("sha256", key).update(bytesOf(n, n)).digest("hex"));
    }
  });
});
