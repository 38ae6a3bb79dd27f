/** A table over some of a clique's columns, in the clique's axis order, in kernel memory. */
export interface Term {
  readonly columns: readonly number[];
  /** Byte address of its first cell. */
  readonly address: number;
}

/**
 * One sum-product over a clique: the product of the inputs, summed to each output, without ever storing the clique's
 * table. The clique's last axis is the contiguous one of every term that has it: a *vector* term; others are *scalar*.
 * Terms are multiplied in, and sums read off, at the level of their deepest other axis.
 */
export interface Contraction {
  /** Clique's columns; the last is the contiguous one, best a long one. */
  readonly axes: readonly number[];
  readonly sizes: readonly number[];
  readonly inputs: readonly Term[];
  readonly outputs: readonly Term[];
}

/** Longer rows than this leave the fastest memory. */
const ROW_MAX = 1024;

/** The same contraction with fewer axes: neighbours that every term has both or neither of are one axis, which goes by the first one's name. */
export function coalesce({ axes, sizes, inputs, outputs }: Contraction): Contraction {
  const terms = [...inputs, ...outputs];
  const together = (a: number, b: number): boolean => terms.every(({ columns }) => columns.includes(a) === columns.includes(b));
  const joined = [...sizes];
  const leaders: number[] = [];
  axes.forEach((axis, i) => {
    const leader = leaders.at(-1);
    if (leader !== undefined && together(axes[i - 1], axis) && joined[leader] * sizes[axis] <= ROW_MAX) joined[leader] *= sizes[axis];
    else leaders.push(axis);
  });
  const named = (term: Term): Term => ({ ...term, columns: term.columns.filter((column) => leaders.includes(column)) });
  return { axes: leaders, sizes: joined, inputs: inputs.map(named), outputs: outputs.map(named) };
}

interface PlacedTerm extends Term {
  /** 0: needs no outer axis; i + 1: deepest outer axis is i. */
  readonly level: number;
  readonly vector: boolean;
  readonly strides: ReadonlyMap<number, number>;
}

/**
 * The kernel's descriptor, 32-bit words: [levels, row length, scratch address, address of a row of ones, offset of
 * addresses, offset of each level]; per level [size, scalar inputs, vector inputs, scalar outputs, vector outputs, bumps, then their term numbers;
 * a bump is (term, stride in bytes)]; last the terms' byte addresses, which the kernel moves and puts back.
 * Level 0 has size 1; level i + 1 is outer axis i.
 */
export function describe({ axes, sizes, inputs, outputs }: Contraction, { rows, ones }: Scratch): Int32Array {
  const outer = axes.slice(0, -1);
  const inner = axes[axes.length - 1];
  const terms = [...inputs, ...outputs].map((term) => place(term, outer, inner, sizes));
  const isInput = (t: number): boolean => t < inputs.length;
  const words: number[] = [outer.length + 1, sizes[inner], rows, ones, 0];
  const heads = words.length;
  for (let level = 0; level <= outer.length; level += 1) words.push(0);
  for (let level = 0; level <= outer.length; level += 1) {
    words[heads + level] = words.length;
    const here = terms.flatMap((t, i) => (t.level === level ? [i] : []));
    const lists = [
      here.filter((t) => isInput(t) && !terms[t].vector),
      here.filter((t) => isInput(t) && terms[t].vector),
      here.filter((t) => !isInput(t) && !terms[t].vector),
      here.filter((t) => !isInput(t) && terms[t].vector),
    ];
    const axis = level === 0 ? -1 : outer[level - 1];
    const bumps = terms.flatMap((t, i) => (t.strides.has(axis) ? [i, t.strides.get(axis) as number] : []));
    words.push(level === 0 ? 1 : sizes[axis], ...lists.map((l) => l.length), bumps.length / 2, ...lists.flat(), ...bumps);
  }
  words[4] = words.length;
  words.push(...terms.map((t) => t.address));
  return Int32Array.from(words);
}

function place(term: Term, outer: readonly number[], inner: number, sizes: readonly number[]): PlacedTerm {
  const strides = new Map<number, number>();
  let stride = 8;
  for (let i = term.columns.length - 1; i >= 0; i -= 1) {
    strides.set(term.columns[i], stride);
    stride *= sizes[term.columns[i]];
  }
  return { ...term, strides, vector: term.columns.includes(inner), level: 1 + outer.reduce((deepest, axis, i) => (strides.has(axis) ? i : deepest), -1) };
}

/** Kernel memory that contractions take turns in: addresses in bytes. */
export interface Scratch {
  readonly rows: number;
  /** As many ones as the longest row has cells. */
  readonly ones: number;
}

/** Cells of the contiguous axis. */
export function rowLength({ axes, sizes }: Pick<Contraction, "axes" | "sizes">): number {
  return sizes[axes[axes.length - 1]];
}

/** Bytes of the rows that a contraction needs: two a level, and one above the first. */
export function scratchBytes({ axes, sizes }: Pick<Contraction, "axes" | "sizes">): number {
  const length = rowLength({ axes, sizes });
  return 16 * (axes.length + 1) * (length + (length & 1));
}
