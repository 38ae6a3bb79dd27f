import { cells } from "../../domain/clique.js";
import { reserver } from "./arena.js";
import { type Contraction, describe, scratchBytes, type Term } from "./contraction.js";

/** Cells in kernel memory: byte address of the first, and how many. */
export interface Place {
  readonly address: number;
  readonly length: number;
}

/** Half of a contraction that needs nothing but a desk: its inputs lie there one after the other, then its outputs. */
export interface HalfJob {
  readonly bytes: number;
  readonly at: number;
  readonly words: Int32Array;
  readonly ones: Place;
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

/** A contraction in two halves of its outermost axis. */
export interface Halved {
  /** In the tables of the whole. */
  readonly first: Contraction;
  readonly second: HalfJob;
  /** The second half's parts of the whole's tables: what its inputs are copies of, and what its outputs are added to. */
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

/**
 * Halve a contraction along its outermost axis of more than one code; undefined where it has none beside its contiguous one. Every term has
 * its columns in the clique's order, so what half of the outermost axis leaves of a table is contiguous, and no other stride changes.
 */
export function halve(contraction: Contraction): Halved | undefined {
  const { axes, sizes, inputs, outputs } = contraction;
  const axis = axes.slice(0, -1).find((column) => sizes[column] > 1);
  if (axis === undefined) return undefined;
  const upTo = sizes[axis] >> 1;
  const rest = withSize(sizes, axis, sizes[axis] - upTo);
  const part = ({ columns, address }: Term): Place => {
    const length = cells(columns, sizes);
    const from = columns.includes(axis) ? (length / sizes[axis]) * upTo : 0;
    return { address: address + 8 * from, length: length - from };
  };
  const memory = reserver();
  const own = (terms: readonly Term[]): Term[] => terms.map(({ columns }) => ({ columns, address: memory.take(8 * cells(columns, rest)) }));
  const [ownInputs, ownOutputs] = [own(inputs), own(outputs)];
  const longest = sizes[axes[axes.length - 1]];
  const scratch = { rows: memory.take(scratchBytes({ axes, sizes })), ones: memory.take(8 * longest) };
  const words = describe({ axes, sizes: rest, inputs: ownInputs, outputs: ownOutputs }, scratch);
  const place = ({ columns, address }: Term): Place => ({ address, length: cells(columns, rest) });
  const at = memory.take(4 * words.length);
  return {
    first: { ...contraction, sizes: withSize(sizes, axis, upTo) },
    second: { bytes: memory.bytes, at, words, ones: { address: scratch.ones, length: longest }, inputs: ownInputs.map(place), outputs: ownOutputs.map(place) },
    inputs: inputs.map(part),
    outputs: outputs.map(part),
  };
}

function withSize(sizes: readonly number[], column: number, size: number): number[] {
  return sizes.map((n, c) => (c === column ? size : n));
}

/** Cells that a job's desk must have. */
export function deskCells({ inputs, outputs }: HalfJob): number {
  return [...inputs, ...outputs].reduce((sum, { length }) => sum + length, 0);
}
