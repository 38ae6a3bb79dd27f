import { cells } from "../../domain/clique.js";
import type { Contraction, Term } from "./contraction.js";
import { type Job, jobOf, type Place } from "./job.js";

/** A contraction in two halves of its outermost axis. */
export interface Halved {
  /** In the tables of the whole. */
  readonly first: Contraction;
  readonly second: Job;
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
  const columnsOf = (terms: readonly Term[]): (readonly number[])[] => terms.map(({ columns }) => columns);
  const part = ({ columns, address }: Term): Place => {
    const length = cells(columns, sizes);
    const from = columns.includes(axis) ? (length / sizes[axis]) * upTo : 0;
    return { address: address + 8 * from, length: length - from };
  };
  return {
    first: { ...contraction, sizes: withSize(sizes, axis, upTo) },
    second: jobOf({ axes, sizes: withSize(sizes, axis, sizes[axis] - upTo) }, columnsOf(inputs), columnsOf(outputs)),
    inputs: inputs.map(part),
    outputs: outputs.map(part),
  };
}

function withSize(sizes: readonly number[], column: number, size: number): number[] {
  return sizes.map((n, c) => (c === column ? size : n));
}
