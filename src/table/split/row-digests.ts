import type { Codes } from "../encoded.js";
import { blocksOf, putMessageEnd } from "./digest-batch.js";
import { digestBatch } from "./sha256-kernel.js";
import { stageBlock, widthOf } from "./stage.js";

/** What is asked of {@link rowDigests}: which rows of which columns, under which tag and key. */
export interface RowMessages {
  readonly codes: readonly Codes[];
  /** Keeps uses of one key apart: the first byte of each message. */
  readonly tag: number;
  /** HMAC-SHA-256 under this key; SHA-256 where absent. */
  readonly key?: Uint8Array;
  /** How many messages. */
  readonly count: number;
  /** Row of message i; i itself where absent. */
  readonly rows?: Uint32Array;
  /** Ordinal that ends message i; none where absent. */
  readonly ordinal?: Uint32Array;
}

/** Digests of messages from, from + 1 … from + count − 1: word w of the i-th at `words[w * stride + i]`, overwritten by the next call. */
export type TakeDigests = (from: number, count: number, words: Uint32Array, stride: number) => void;

/**
 * Digest of each row as bytes: the tag, then each column's code in the width of its array, big-endian, then, where asked for, an ordinal
 * (uint32). The width hangs on the public domain alone, so all messages are equally long.
 */
export function rowDigests(messages: RowMessages, take: TakeDigests): void {
  const { codes, tag, key, count, rows, ordinal } = messages;
  const columns = ordinal === undefined ? codes : [...codes, ordinal];
  const length = 1 + columns.reduce((sum, c) => sum + c.BYTES_PER_ELEMENT, 0);
  const batch = digestBatch(blocksOf(length), key);
  const { capacity, slot, slots, words } = batch;
  for (let i = 0; i < capacity; i += 1) {
    slots[i * slot] = tag;
    putMessageEnd(batch, i, length, key !== undefined);
  }
  for (let from = 0; from < count; from += capacity) {
    const n = Math.min(capacity, count - from);
    let at = 1;
    for (const column of columns) {
      stageBlock(batch.stage, column, column === ordinal ? undefined : rows, from, n);
      batch.put(widthOf(column), n, at);
      at += column.BYTES_PER_ELEMENT;
    }
    batch.run(n);
    take(from, n, words, capacity);
  }
}
