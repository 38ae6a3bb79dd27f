import type { EncodedTable } from "../../table/encoded.js";

/** Columns looked at: mutual information needs every pair. */
const CHOW_LIU_COLUMNS = 150;

/**
 * Edges of the tree of greatest mutual information (Chow & Liu 1968) over the first {@link CHOW_LIU_COLUMNS} columns of the
 * release: what an attacker takes the generator's model to be where nobody published it. A lone column gives itself.
 */
export function chowLiuCliques(release: EncodedTable): number[][] {
  const sizes = release.domain.columns.map((column) => column.size);
  const d = Math.min(sizes.length, CHOW_LIU_COLUMNS);
  if (d === 1) return [[0]];
  const inTree = new Uint8Array(d);
  const best = new Float64Array(d).fill(Number.NEGATIVE_INFINITY);
  const parent = new Int32Array(d).fill(0);
  const edges: number[][] = [];
  let last = 0;
  inTree[0] = 1;
  for (let step = 1; step < d; step += 1) {
    let next = -1;
    for (let c = 0; c < d; c += 1) {
      if (inTree[c] === 1) continue;
      const information = mutualInformation(release, last, c, sizes[last], sizes[c]);
      if (information > best[c]) {
        best[c] = information;
        parent[c] = last;
      }
      if (next < 0 || best[c] > best[next]) next = c;
    }
    inTree[next] = 1;
    edges.push([Math.min(next, parent[next]), Math.max(next, parent[next])]);
    last = next;
  }
  return edges;
}

/** Mutual information of two columns in nats. */
function mutualInformation(table: EncodedTable, a: number, b: number, sizeA: number, sizeB: number): number {
  if (table.rows === 0) return 0;
  const joint = new Map<number, number>();
  const left = new Float64Array(sizeA);
  const right = new Float64Array(sizeB);
  const dense = sizeA * sizeB <= 1 << 20 ? new Uint32Array(sizeA * sizeB) : null;
  const [x, y] = [table.codes[a], table.codes[b]];
  for (let i = 0; i < table.rows; i += 1) {
    const cell = x[i] * sizeB + y[i];
    if (dense === null) joint.set(cell, (joint.get(cell) ?? 0) + 1);
    else dense[cell] += 1;
    left[x[i]] += 1;
    right[y[i]] += 1;
  }
  let sum = 0;
  const add = (count: number, cell: number): void => {
    sum += count * Math.log((count * table.rows) / (left[Math.floor(cell / sizeB)] * right[cell % sizeB]));
  };
  if (dense === null) joint.forEach(add);
  else for (let cell = 0; cell < dense.length; cell += 1) if (dense[cell] > 0) add(dense[cell], cell);
  return sum / table.rows;
}
