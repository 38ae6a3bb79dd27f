/** 10ᵈ, exactly, 0 ≤ d ≤ 22, by products. */
export function powerOfTen(d: number): number {
  let scale = 1;
  for (let i = 0; i < d; i += 1) scale *= 10;
  return scale;
}
