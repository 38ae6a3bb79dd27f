/** Linear map from [from, to] to [a, b], clamped at both ends; the middle where the domain is a point or not a number. */
export function linear(from: number, to: number, a: number, b: number): (x: number) => number {
  return (x) => {
    const share = to > from ? (x - from) / (to - from) : 0.5;
    return a + (b - a) * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0.5));
  };
}

/** A coordinate with at most two decimals. */
export function at(x: number): string {
  return String(Math.round(100 * x) / 100);
}
