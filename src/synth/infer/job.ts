import { cells } from "../../domain/clique.js";
import { reserver } from "./arena.js";
import { type Contraction, describe, rowLength, scratchBytes, type Term } from "./contraction.js";

/** Cells in kernel memory: byte address of the first, and how many. */
export interface Place {
  readonly address: number;
  readonly length: number;
}

/** A contraction that needs nothing but a desk: its inputs lie there one after the other, then its outputs. */
export interface Job {
  readonly bytes: number;
  readonly at: number;
  readonly words: Int32Array;
  readonly ones: Place;
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

/** Lay out a contraction in memory of its own. @param inputs columns of each table, in the clique's order  @param outputs likewise */
export function jobOf({ axes, sizes }: Pick<Contraction, "axes" | "sizes">, inputs: readonly (readonly number[])[], outputs: readonly (readonly number[])[]): Job {
  const memory = reserver();
  const take = (columns: readonly number[]): Term => ({ columns, address: memory.take(8 * cells(columns, sizes)) });
  const place = ({ columns, address }: Term): Place => ({ address, length: cells(columns, sizes) });
  const [ownInputs, ownOutputs] = [inputs.map(take), outputs.map(take)];
  const longest = rowLength({ axes, sizes });
  const scratch = { rows: memory.take(scratchBytes({ axes, sizes })), ones: memory.take(8 * longest) };
  const words = describe({ axes, sizes, inputs: ownInputs, outputs: ownOutputs }, scratch);
  const at = memory.take(4 * words.length);
  return { bytes: memory.bytes, at, words, ones: { address: scratch.ones, length: longest }, inputs: ownInputs.map(place), outputs: ownOutputs.map(place) };
}

/** Cells that a job's desk must have. */
export function deskCells({ inputs, outputs }: Job): number {
  return [...inputs, ...outputs].reduce((sum, { length }) => sum + length, 0);
}

/** Copy tables out of `memory` to the desk, one after the other from its start; where the next would begin. */
export function layOut(desk: Float64Array, memory: ArrayBufferLike, tables: readonly Place[]): number {
  let next = 0;
  for (const { address, length } of tables) {
    desk.set(new Float64Array(memory, address, length), next);
    next += length;
  }
  return next;
}
