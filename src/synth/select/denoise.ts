/**
 * Euclidean projection onto {x ≥ 0, Σx = total}: the least-squares denoising of a noisy histogram.
 * @cite Duchi, Shalev-Shwartz, Singer, Chandra 2008, Fig. 1
 */
export function projectToSimplex(counts: Float64Array, total: number): Float64Array {
  const sorted = Float64Array.from(counts).sort().reverse();
  let sum = 0;
  let shift = 0;
  for (let i = 0; i < sorted.length; i += 1) {
    sum += sorted[i];
    const candidate = (sum - total) / (i + 1);
    if (sorted[i] - candidate > 0) shift = candidate;
  }
  return counts.map((v) => Math.max(0, v - shift));
}
