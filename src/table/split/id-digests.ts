import { type DigestBatch, putMessageEnd } from "./digest-batch.js";
import { hmacSha256 } from "./sha256.js";
import { digestBatch } from "./sha256-kernel.js";

/** Bytes of an id that fit one block beside the tag and the padding. */
const SHORT_BYTES = 54;

/** The first two words of the digest of id `i`. */
export type TakeHead = (i: number, first: number, second: number) => void;

/** HMAC-SHA-256 under `key` of the tag and each id's UTF-8 bytes; null ids are passed over. */
export function idDigests(ids: readonly (string | null)[], tag: number, key: Uint8Array, take: TakeHead): void {
  const batch = digestBatch(1, key);
  const { slots, slot, words, capacity } = batch;
  const numbers = new Uint32Array(capacity);
  let held = 0;
  const flush = (): void => {
    batch.run(held);
    for (let i = 0; i < held; i += 1) take(numbers[i], words[i], words[capacity + i]);
    slots.fill(0);
    held = 0;
  };
  const long = longDigest(tag, key, take);
  for (let i = 0; i < ids.length; i += 1) {
    const id = ids[i];
    if (id === null) continue;
    const length = putShort(id, slots, held * slot + 1);
    if (length > SHORT_BYTES) {
      long(i, id);
      slots.fill(0, held * slot, (held + 1) * slot);
      continue;
    }
    closeMessage(batch, held, tag, length);
    numbers[held] = i;
    held += 1;
    if (held === capacity) flush();
  }
  flush();
}

function closeMessage(batch: DigestBatch, i: number, tag: number, length: number): void {
  batch.slots[i * batch.slot] = tag;
  putMessageEnd(batch, i, 1 + length, true);
}

const encoder = new TextEncoder();

/** Writes the id's bytes where they fit a block, and returns how many they are (or a number beyond the limit where they do not). */
function putShort(id: string, out: Uint8Array, at: number): number {
  if (id.length > SHORT_BYTES) return id.length;
  for (let i = 0; i < id.length; i += 1) {
    const unit = id.charCodeAt(i);
    // Beyond ASCII a character takes several bytes: the encoder's job.
    if (unit > 127) return putEncoded(encoder.encode(id), out, at);
    out[at + i] = unit;
  }
  return id.length;
}

function putEncoded(bytes: Uint8Array, out: Uint8Array, at: number): number {
  if (bytes.length <= SHORT_BYTES) out.set(bytes, at);
  return bytes.length;
}

function longDigest(tag: number, key: Uint8Array, take: TakeHead): (i: number, id: string) => void {
  const hmac = hmacSha256(key);
  return (i, id) => {
    const text = encoder.encode(id);
    const message = new Uint8Array(1 + text.length);
    message[0] = tag;
    message.set(text, 1);
    const digest = hmac(message, message.length);
    take(i, digest[0] >>> 0, digest[1] >>> 0);
  };
}
