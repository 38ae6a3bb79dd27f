/** Rows by unit: those of unit u are `order[ends[u] … ends[u + 1] − 1]`, ascending. */
export interface RowsByUnit {
  readonly order: Uint32Array;
  readonly ends: Uint32Array;
}

/** A counting sort of the rows by unit. */
export function rowsByUnit(units: Uint32Array, unitCount: number): RowsByUnit {
  const ends = new Uint32Array(unitCount + 1);
  for (let row = 0; row < units.length; row += 1) ends[units[row] + 1] += 1;
  for (let u = 0; u < unitCount; u += 1) ends[u + 1] += ends[u];
  const next = ends.slice();
  const order = new Uint32Array(units.length);
  for (let row = 0; row < units.length; row += 1) order[next[units[row]]++] = row;
  return { order, ends };
}
