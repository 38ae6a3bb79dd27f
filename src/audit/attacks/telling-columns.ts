import type { EncodedTable } from "../../table/encoded.js";

/** The `most` columns whose codes go with a class most, in their old order: by the mutual information of code and class among `rows`, less what chance gives. */
export function tellingColumns(table: EncodedTable, rows: Uint32Array, columns: readonly number[], classes: Int32Array, most: number): readonly number[] {
  if (columns.length <= most) return columns;
  const told = new Map(columns.map((c) => [c, information(table, rows, c, classes)]));
  const order = [...columns].sort((a, b) => (told.get(b) as number) - (told.get(a) as number) || a - b);
  const chosen = new Set(order.slice(0, most));
  return columns.filter((c) => chosen.has(c));
}

/** n · mutual information − ½ (degrees of freedom), in nats: columns of many codes tell more by chance (Miller and Madow 1955). */
function information(table: EncodedTable, rows: Uint32Array, column: number, classes: Int32Array): number {
  const joint = new Map<string, number>();
  const byCode = new Map<number, number>();
  const byClass = new Map<number, number>();
  const add = <K>(map: Map<K, number>, key: K): void => void map.set(key, (map.get(key) ?? 0) + 1);
  rows.forEach((row, i) => {
    const code = table.codes[column][row];
    add(joint, `${code} ${classes[i]}`);
    add(byCode, code);
    add(byClass, classes[i]);
  });
  const entropy = (counts: Iterable<number>): number => {
    let sum = 0;
    for (const n of counts) sum -= n * Math.log(n / rows.length);
    return sum;
  };
  return entropy(byCode.values()) + entropy(byClass.values()) - entropy(joint.values()) - ((byCode.size - 1) * (byClass.size - 1)) / 2;
}
