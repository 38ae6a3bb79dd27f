import { compress, putPadding, putWords, type StartWords } from "./sha256.js";
import { type Stage, stageAt, type Width } from "./stage.js";

const SLOT_BYTES = 65_536;
const BLOCK = 64;

/** Many messages of equally many 64-byte blocks, digested together. */
export interface DigestBatch {
  readonly capacity: number;
  /** Bytes from one slot to the next. */
  readonly slot: number;
  /** `capacity` slots, each a padded message ({@link putMessageEnd}). */
  readonly slots: Uint8Array;
  /** After a run: word w of the digest of message i at `w * capacity + i`. */
  readonly words: Uint32Array;
  /** A column's codes on their way into the slots. */
  readonly stage: Stage;
  /** Write the first n codes on the stage big-endian into as many slots, at byte `to` of each. */
  put(width: Width, n: number, to: number): void;
  /** Digest the first `count` slots. */
  run(count: number): void;
}

/** Blocks of a padded message of `length` bytes. */
export const blocksOf = (length: number): number => Math.ceil((length + 9) / BLOCK);

/** Slots in a batch: a multiple of the kernel's four lanes, and few enough to stay in the first caches. */
export const capacityOf = (blocks: number): number => Math.max(4, Math.floor(SLOT_BYTES / (blocks * BLOCK)) & ~3);

/** Pads slot `i`, zero beyond its message, for a message of `length` bytes; `keyed` where the batch is an HMAC's. */
export function putMessageEnd(batch: DigestBatch, i: number, length: number, keyed: boolean): void {
  const at = i * batch.slot;
  putPadding(batch.slots, at + length, at + batch.slot, length + (keyed ? BLOCK : 0));
}

/** The plain twin of the kernel's batch. */
export function plainBatch(blocks: number, { inner, outer }: StartWords): DigestBatch {
  const capacity = capacityOf(blocks);
  const slot = blocks * BLOCK;
  const slots = new Uint8Array(capacity * slot);
  const words = new Uint32Array(8 * capacity);
  const state = new Int32Array(8);
  const outerBlock = new Uint8Array(BLOCK);
  putPadding(outerBlock, 32, BLOCK, BLOCK + 32);
  const run = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      state.set(inner);
      for (let at = i * slot; at < (i + 1) * slot; at += BLOCK) compress(state, slots, at);
      if (outer !== undefined) {
        putWords(outerBlock, state);
        state.set(outer);
        compress(state, outerBlock, 0);
      }
      for (let w = 0; w < 8; w += 1) words[w * capacity + i] = state[w];
    }
  };
  const stage = stageAt(new ArrayBuffer(4 * capacity), 0, capacity);
  const put = (width: Width, n: number, to: number): void => {
    for (let i = 0; i < n; i += 1) for (let byte = 0; byte < width; byte += 1) slots[i * slot + to + byte] = stage[width][i] >>> (8 * (width - 1 - byte));
  };
  return { capacity, slot, slots, words, stage, put, run };
}
