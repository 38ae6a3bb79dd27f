import { type Clique, cells } from "../../domain/clique.js";
import type { Coarsening } from "../../domain/coarsening.js";

/** What a model is asked to match: a clique of the model's columns, seen at the model's resolution or a coarser one. */
export interface Observation {
  readonly clique: Clique;
  /** For each column of the clique, how the model's codes merge; absent or undefined is as they are. */
  readonly merged?: readonly (Coarsening | undefined)[];
  /** How the cells that are left merge, row-major over the clique; absent or undefined is each by itself. */
  readonly partition?: Coarsening | undefined;
}

/** Potentials and marginals of observations live back to back in one flat array; `offset[i]` is where observation i starts. */
export interface Layout {
  readonly observations: readonly Observation[];
  readonly offset: Uint32Array;
  readonly length: number;
}

export function layoutOf(observations: readonly Observation[], sizes: readonly number[]): Layout {
  const offset = new Uint32Array(observations.length + 1);
  observations.forEach((observation, i) => {
    offset[i + 1] = offset[i] + observedCells(observation, sizes);
  });
  return { observations, offset, length: offset[observations.length] };
}

/** Cells of an observation: its parts, or the product of its columns' observed sizes. */
export function observedCells({ clique, merged, partition }: Observation, sizes: readonly number[]): number {
  if (partition !== undefined) return partition.size;
  return cells(
    clique.map((_, i) => i),
    clique.map((column, i) => merged?.[i]?.size ?? sizes[column]),
  );
}

/** For each cell of a table over `columns` (row-major, any axis order), the observation's cell it falls into. */
export function observedCell(columns: readonly number[], { clique, merged, partition }: Observation, sizes: readonly number[]): Uint32Array {
  const stride = new Map<number, number>();
  let next = 1;
  for (let i = clique.length - 1; i >= 0; i -= 1) {
    stride.set(clique[i], next);
    next *= merged?.[i]?.size ?? sizes[clique[i]];
  }
  let map = new Uint32Array(1);
  for (const column of columns) {
    const size = sizes[column];
    const step = stride.get(column) ?? 0;
    const of = merged?.[clique.indexOf(column)]?.of;
    const longer = new Uint32Array(map.length * size);
    for (let i = 0, at = 0; i < map.length; i += 1) for (let code = 0; code < size; code += 1) longer[at++] = map[i] + step * (of === undefined ? code : of[code]);
    map = longer;
  }
  return partition === undefined ? map : map.map((cell) => partition.of[cell]);
}
