/** V on a grid. */
interface Value {
  /** Places at s = (i − half)·step, i = 0 … 2·half. Above them the value is taken as the last one, below them see {@link below}. */
  readonly step: number;
  readonly half: number;
  readonly at: Float64Array;
}

/** Grid places for each η: the step of a play is resolved this finely. Many plays in a row need less, for V grows smooth. */
const PLACES_FEW = 64;
const PLACES_MANY = 16;
const FEW = 24;
const LONGEST_GRID = 2 ** 16;
/** Relative, far above what one step's arithmetic errs by. */
const MARGIN = 1 + 2 ** -46;

/**
 * The most that adaptively chosen selections of fixed η can add to δ: for s, the ε that is still to be exceeded, the value V(s) of the adversary's best play.
 * Without a selection V(s) = (1 − e^s)₊; one more of bounded range η makes it
 *
 *   max over 0 ≤ t ≤ η of p_t·V(s − t) + (1 − p_t)·V(s − t + η),   p_t = (1 − e^{t−η})/(1 − e^{−η}).
 *
 * Kept on a grid, and read between its places by the chord in e^s, which lies above because V is convex there.
 *
 * @param etas above 0, in the order in which they run
 * @param reach s is looked at within ±this, and bounded beyond
 * @returns V as a function of s, in doubles on the safe side; 1, which bounds nothing, where the grid would grow too long
 * @cite Dong, Durfee, Rogers 2020, arXiv:1909.13830 (bounded range, its extreme pairs, adaptive play)
 * @proof docs/proofs/pld.md
 */
export function selectionValue(etas: readonly number[], reach: number): (s: number) => number {
  const places = etas.length <= FEW ? PLACES_FEW : PLACES_MANY;
  if (etas.some((eta) => (reach * places) / eta > LONGEST_GRID)) return () => 1;
  let read = noSelection;
  // the last one first: what a play is worth is known once all later ones are
  for (let end = etas.length; end > 0; ) {
    let start = end - 1;
    while (start > 0 && etas[start - 1] === etas[end - 1]) start -= 1;
    const step = etas[start] / places;
    const value = played(tabulate(read, step, Math.ceil(reach / step)), playOf(etas[start], places), end - start);
    read = (s) => valueAt(value, s);
    end = start;
  }
  return read;
}

function noSelection(s: number): number {
  return s >= 0 ? 0 : -Math.expm1(s);
}

function tabulate(read: (s: number) => number, step: number, half: number): Value {
  return { step, half, at: new Float64Array(2 * half + 1).map((_, i) => read((i - half) * step)) };
}

/** V read between its places: never below. */
function valueAt({ step, half, at }: Value, s: number): number {
  const i = Math.floor(s / step) + half;
  if (i < 0) return below(at[0], -half * step, s);
  if (i >= 2 * half) return at[2 * half];
  const up = Math.min(1, Math.max(0, Math.expm1(s - (i - half) * step) / Math.expm1(step)));
  return at[i] * (1 - up) + at[i + 1] * up;
}

/** V at s < first, from V at first: as a function of e^s it falls with a slope of at most 1. */
function below(atFirst: number, first: number, s: number): number {
  return atFirst + Math.exp(s) * Math.expm1(first - s);
}

/** One play: its chances at t = i·η/places, i = 0 … places, of losing t and of losing t − η. */
interface Play {
  readonly places: number;
  readonly lose: Float64Array;
  readonly win: Float64Array;
  /** e^step − 1 */
  readonly growth: number;
  /** (e^step − 1)²/(4·(1 − e^{−η})) */
  readonly share: number;
}

function playOf(eta: number, places: number): Play {
  const step = eta / places;
  const all = -Math.expm1(-eta);
  const at = new Float64Array(places + 1).map((_, i) => i * step);
  const growth = Math.expm1(step);
  return { places, lose: at.map((t) => -Math.expm1(t - eta) / all), win: at.map((t) => (Math.exp(-eta) * Math.expm1(t)) / all), growth, share: growth ** 2 / (4 * all) };
}

/** So many selections more. */
function played({ step, half, at }: Value, play: Play, times: number): Value {
  const { places } = play;
  const n = at.length;
  const padded = new Float64Array(n + 2 * places + 1);
  const gaps = new Float64Array(n + places);
  let now = at;
  for (let round = 0; round < times; round += 1) {
    for (let k = 0; k <= places; k += 1) padded[k] = below(now[0], -half * step, (k - places - 1 - half) * step);
    padded.set(now, places + 1);
    padded.fill(now[n - 1], places + 1 + n);
    chordGaps(padded, play, gaps);
    now = playedOnce(padded, gaps, play, n);
  }
  return { step, half, at: now };
}

/**
 * V after one selection more, from V with places + 1 places more below and `places` more above. Between two t of the grid both chords have no kink, and the
 * maximum over t exceeds the greater end by at most share · (difference of the chords' values at e^s = 0).
 */
function playedOnce(padded: Float64Array, gaps: Float64Array, { places, lose, win, share }: Play, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let j = 0; j < n; j += 1) {
    const here = j + places + 1;
    let most = 0;
    let last = padded[here + places] * win[0] + padded[here] * lose[0];
    for (let i = 1; i <= places; i += 1) {
      const next = lose[i] * padded[here - i] + win[i] * padded[here - i + places];
      const end = (next > last ? next : last) + share * gaps[here - i];
      if (end > most) most = end;
      last = next;
    }
    out[j] = most * MARGIN;
  }
  return out;
}

/** For the chord over places k and k + 1 and the one `places` further up: difference of their values at e^s = 0, at least 0. */
function chordGaps(padded: Float64Array, { places, growth }: Play, gaps: Float64Array): void {
  for (let k = 0; k < gaps.length; k += 1) {
    const low = padded[k] + (padded[k] - padded[k + 1]) / growth;
    const up = k + places;
    const high = padded[up] + (padded[up] - padded[up + 1]) / growth;
    gaps[k] = low > high ? low - high : 0;
  }
}
