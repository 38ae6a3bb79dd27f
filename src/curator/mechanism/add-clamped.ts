const LIMIT = BigInt(Number.MAX_SAFE_INTEGER);

/** count + noise, clamped to ±(2⁵³−1): a function of the exact sum alone, hence post-processing. @pre count whole */
export function addClamped(count: number, noise: bigint): number {
  const sum = BigInt(count) + noise;
  return Number(sum > LIMIT ? LIMIT : sum < -LIMIT ? -LIMIT : sum);
}
