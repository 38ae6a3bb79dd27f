/** Where the longest axis of a clique is at least this long, rows are long enough as they are. */
const LONG = 16;
/** Cells of a block, at most. */
const BLOCK_CELLS = 32;

/**
 * A clique's columns in blocks that stand together in every table of its contractions, and so become one axis each (see `coalesce`): a clique of
 * sixteen binary columns has four axes of 16 codes, and rows of 16 cells instead of 2. Only columns that stand in the same separators can be joined.
 * Blocks and their columns ascend in size: the longest axis is the last. Where a column is long, each is its own block.
 */
export function blocksOf(clique: readonly number[], separators: readonly (readonly number[])[], sizes: readonly number[]): number[][] {
  const bySize = [...clique].sort((a, b) => sizes[a] - sizes[b] || a - b);
  if (bySize.some((column) => sizes[column] >= LONG)) return bySize.map((column) => [column]);
  const alike = new Map<string, number[]>();
  for (const column of bySize) {
    const key = separators.map((s) => s.includes(column)).join();
    alike.set(key, [...(alike.get(key) ?? []), column]);
  }
  const cellsOf = (block: readonly number[]): number => block.reduce((n, column) => n * sizes[column], 1);
  return [...alike.values()].flatMap((columns) => evenly(columns, sizes)).sort((a, b) => cellsOf(a) - cellsOf(b) || a[0] - b[0]);
}

/** As few blocks as can be, of about as many cells each. */
function evenly(columns: readonly number[], sizes: readonly number[]): number[][] {
  const logs = columns.map((column) => Math.log(sizes[column]));
  const all = logs.reduce((sum, v) => sum + v, 0);
  const each = all / Math.max(1, Math.ceil(all / Math.log(BLOCK_CELLS) - 1e-9));
  const blocks: number[][] = [[]];
  let filled = 0;
  columns.forEach((column, i) => {
    const last = blocks[blocks.length - 1];
    if (last.length > 0 && filled + logs[i] > each + 1e-9) {
      blocks.push([column]);
      filled = logs[i];
    } else {
      last.push(column);
      filled += logs[i];
    }
  });
  return blocks;
}
