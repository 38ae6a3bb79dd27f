/** A rank of 64 bits for each place, in two halves. */
export interface Ranks {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Fewer places than this are sorted by insertion, which calls nothing. */
const INSERTION_MAX = 40;

/** Sorts the first `count` places, which ascend, by ascending rank; equal ranks keep their order. */
export function sortByRank(places: Uint32Array, count: number, { high, low }: Ranks): void {
  if (count > INSERTION_MAX) {
    places.subarray(0, count).sort((a, b) => high[a] - high[b] || low[a] - low[b] || a - b);
    return;
  }
  for (let i = 1; i < count; i += 1) {
    const p = places[i];
    let to = i;
    while (to > 0 && (high[places[to - 1]] > high[p] || (high[places[to - 1]] === high[p] && low[places[to - 1]] > low[p]))) {
      places[to] = places[to - 1];
      to -= 1;
    }
    places[to] = p;
  }
}
