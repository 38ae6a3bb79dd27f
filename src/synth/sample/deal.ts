import type { SeededBits } from "../../base/random.js";
import { CHUNK_ROWS } from "../release/chunk.js";
import { type Codes, chunkCodes, countGroups, type Groups } from "./groups.js";
import { apportioner } from "./rounding.js";
import type { Step } from "./steps.js";

type Hand = Uint16Array | Uint32Array;

/** Runs a step over the rows of a chunk, whose codes of earlier steps are known: writes the codes of the columns it adds. */
export type Deal = (step: Step, known: readonly Codes[], rows: number) => void;

/** Each group's rows are shared among its cells (see {@link apportioner}) and dealt in random order, so that siblings with equal parents stay independent. */
export function dealer(steps: readonly Step[], bits: SeededBits): Deal {
  const most = steps.reduce((a, s) => Math.max(a, s.most), 1);
  const apportion = apportioner(most, bits);
  const take = new Uint32Array(most);
  const wide = steps.some((s) => s.labels > 65_536 || s.added.some(({ target }) => target instanceof Uint32Array));
  const hand = wide ? new Uint32Array(CHUNK_ROWS) : new Uint16Array(CHUNK_ROWS);
  const labels = chunkCodes(steps.reduce((a, s) => (s.added.length > 1 ? Math.max(a, s.labels) : a), 1));
  return ({ groups, shares, sums, offsets, most: width, added }, known, rows) => {
    countGroups(groups, known, rows);
    const { starts, count } = groups;
    const codes = added.length === 1 ? added[0].codes : undefined;
    for (let g = 0; g < count; g += 1) {
      const from = starts[g];
      const n = starts[g + 1] - from;
      if (n === 0) continue;
      const at = offsets === undefined ? g * width : offsets[g];
      const cells = offsets === undefined ? width : offsets[g + 1] - at;
      apportion(shares, at, cells, sums[g], n, take);
      const alike = layOut(hand, from, take, cells, offsets === undefined ? 0 : at, codes);
      bits.shuffle(hand, from, n, alike);
    }
    handOut(hand, groups, codes === undefined ? labels : added[0].target, rows);
    if (codes === undefined) for (const part of added) spell(labels, part.codes, part.target, rows);
  };
}

/**
 * Each cell's label, or its code where `codes` are given, as often as `take` says, the commonest cell first; returns how often that one: alike
 * labels need no shuffling among themselves.
 */
function layOut(hand: Hand, from: number, take: Uint32Array, cells: number, label: number, codes: Codes | undefined): number {
  let top = 0;
  for (let r = 1; r < cells; r += 1) if (take[r] > take[top]) top = r;
  let at = from + take[top];
  hand.fill(codes === undefined ? label + top : codes[label + top], from, at);
  for (let r = 0; r < cells; r += 1) {
    if (r === top) continue;
    const value = codes === undefined ? label + r : codes[label + r];
    for (const end = at + take[r]; at < end; at += 1) hand[at] = value;
  }
  return take[top];
}

/** To each row the next of its group. */
function handOut(hand: Hand, { of, starts, cursor }: Groups, target: Codes, rows: number): void {
  if (of === undefined) {
    target.set(hand.subarray(0, rows));
    return;
  }
  cursor.set(starts.subarray(0, cursor.length));
  for (let i = 0; i < rows; i += 1) target[i] = hand[cursor[of[i]]++];
}

function spell(labels: Codes, codes: Codes, target: Codes, rows: number): void {
  for (let i = 0; i < rows; i += 1) target[i] = codes[labels[i]];
}
