import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { blocksOf, type DigestBatch, plainBatch, putMessageEnd } from "../../src/table/split/digest-batch.js";
import { rowDigests } from "../../src/table/split/row-digests.js";
import { hmacSha256, putPadding, putWords, type ShortDigest, sha256, startWords } from "../../src/table/split/sha256.js";
import { digestBatch } from "../../src/table/split/sha256-kernel.js";

const bytesOf = (n: number, seed: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 131 + seed * 17) & 255);
const hexOf = (words: Int32Array): string => {
  const out = new Uint8Array(32);
  putWords(out, words);
  return Buffer.from(out).toString("hex");
};
const hex = (digest: ShortDigest, message: Uint8Array): string => hexOf(digest(message, message.length));
const judge = (message: Uint8Array, key?: Uint8Array): string => (key === undefined ? createHash("sha256") : createHmac("sha256", key)).update(message).digest("hex");

/** Digests of equally long messages through a batch. */
function digests(batch: DigestBatch, messages: readonly Uint8Array[], keyed: boolean): string[] {
  batch.slots.fill(0);
  messages.forEach((message, i) => {
    batch.slots.set(message, i * batch.slot);
    putMessageEnd(batch, i, message.length, keyed);
  });
  batch.words.fill(0);
  batch.run(messages.length);
  return messages.map((_, i) => hexOf(Int32Array.from({ length: 8 }, (_, w) => batch.words[w * batch.capacity + i])));
}

const keys = [undefined, ...[0, 1, 32, 63, 64, 65, 100, 200].map((size) => bytesOf(size, 3))];
const kinds = [
  { name: "the kernel", open: digestBatch },
  { name: "the plain twin", open: (blocks: number, key?: Uint8Array) => plainBatch(blocks, startWords(key)) },
];

describe("SHA-256 of short messages, one at a time", () => {
  it("agrees with node:crypto at every length up to 300, around every padding edge", () => {
    const digest = sha256();
    for (let n = 0; n <= 300; n += 1) expect(hex(digest, bytesOf(n, n))).toBe(judge(bytesOf(n, n)));
  });

  it("keys HMAC as node:crypto does, short, whole-block and long keys", () => {
    for (const key of keys) {
      if (key === undefined) continue;
      const hmac = hmacSha256(key);
      for (let n = 0; n <= 200; n += 7) expect(hex(hmac, bytesOf(n, n))).toBe(judge(bytesOf(n, n), key));
    }
  });

  it("pads with the length in bits, beyond 2³² of them too", () => {
    const block = new Uint8Array(64);
    putPadding(block, 5, 64, 536_870_912 * 3 + 5);
    expect([...block.subarray(4, 7)]).toEqual([0, 0x80, 0]);
    expect([...block.subarray(56)]).toEqual([0, 0, 0, 3, 0, 0, 0, 40]);
  });
});

describe.each(kinds)("SHA-256 in batches by $name", ({ open }) => {
  it("agrees with node:crypto at every length up to 300, keyed and not", () => {
    for (const key of [undefined, bytesOf(32, 5)]) {
      for (let n = 0; n <= 300; n += 1) {
        const messages = Array.from({ length: 5 }, (_, i) => bytesOf(n, n + i));
        expect(digests(open(blocksOf(n), key), messages, key !== undefined)).toEqual(messages.map((m) => judge(m, key)));
      }
    }
  });

  it("agrees under short, whole-block and long keys", () => {
    const messages = Array.from({ length: 6 }, (_, i) => bytesOf(40, i));
    for (const key of keys) expect(digests(open(1, key), messages, key !== undefined)).toEqual(messages.map((m) => judge(m, key)));
  });

  it("does every count of messages up to a full batch, of one block and of many", () => {
    for (const blocks of [1, 3, 60, 2000]) {
      const batch = open(blocks, bytesOf(32, 9));
      const length = blocks * 64 - 20;
      const all = Array.from({ length: Math.min(batch.capacity, 70) }, (_, i) => bytesOf(length, i));
      const expected = all.map((m) => judge(m, bytesOf(32, 9)));
      for (const count of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 33, 70].filter((c) => c <= all.length)) expect(digests(batch, all.slice(0, count), true)).toEqual(expected.slice(0, count));
    }
    const batch = open(1);
    const full = Array.from({ length: batch.capacity }, (_, i) => bytesOf(20, i));
    expect(digests(batch, full, false)).toEqual(full.map((m) => judge(m)));
  });

  it("puts codes of each width big-endian where it is told, and nowhere else", () => {
    const batch = open(1);
    batch.stage[1].set([1, 254, 7]);
    batch.put(1, 3, 0);
    batch.stage[2].set([0x0102, 0xfffe, 3]);
    batch.put(2, 3, 1);
    batch.stage[4].set([0x01020304, 0xfffefdfc, 5]);
    batch.put(4, 3, 3);
    const slot = (i: number): number[] => [...batch.slots.subarray(i * 64, i * 64 + 8)];
    expect(slot(0)).toEqual([1, 1, 2, 1, 2, 3, 4, 0]);
    expect(slot(1)).toEqual([254, 255, 254, 255, 254, 253, 252, 0]);
    expect(slot(2)).toEqual([7, 0, 3, 0, 0, 0, 5, 0]);
    expect(slot(3)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe("row digests", () => {
  const count = 2500;
  const codes = [Uint8Array.from({ length: count }, (_, i) => i), Uint16Array.from({ length: count }, (_, i) => i * 77), Uint32Array.from({ length: count }, (_, i) => i * 1_700_000)];
  const message = (row: number, ordinal?: number): Uint8Array => {
    const out = Buffer.alloc(ordinal === undefined ? 8 : 12);
    out[0] = 9;
    out[1] = codes[0][row];
    out.writeUInt16BE(codes[1][row], 2);
    out.writeUInt32BE(codes[2][row], 4);
    if (ordinal !== undefined) out.writeUInt32BE(ordinal, 8);
    return out;
  };
  const all = (messages: Omit<Parameters<typeof rowDigests>[0], "codes" | "tag">): string[] => {
    const out: string[] = [];
    rowDigests({ codes, tag: 9, ...messages }, (from, n, words, stride) => {
      for (let i = 0; i < n; i += 1) out[from + i] = hexOf(Int32Array.from({ length: 8 }, (_, w) => words[w * stride + i]));
    });
    return out;
  };

  it("are SHA-256 of tag and codes, over more than one batch", () => {
    expect(all({ count })).toEqual(Array.from({ length: count }, (_, i) => judge(message(i))));
  });

  it("are HMACs of tag, codes and ordinal, of the rows that are named", () => {
    const key = bytesOf(32, 1);
    const rows = Uint32Array.from({ length: 1100 }, (_, i) => count - 1 - 2 * i);
    const ordinal = rows.map((row) => row * 1_000_003);
    expect(all({ count: rows.length, rows, ordinal, key })).toEqual(Array.from(rows, (row, i) => judge(message(row, ordinal[i]), key)));
  });
});
