/**
 * {@link Kernel} in plain typed arrays: judge of the WebAssembly kernel, and what runs where SIMD is missing. Words of the
 * descriptor as in contraction.ts; addresses are bytes, divided by 8 into `cells`.
 */
export function contractPlain(memory: ArrayBufferLike, at: number): void {
  const cells = new Float64Array(memory);
  const words = new Int32Array(memory, at);
  const [levels, length] = words;
  const addresses = words[4];
  const level = (l: number, s: number, v: Float64Array, above: Float64Array): void => {
    let word = words[5 + l];
    const size = words[word];
    const counts = words.subarray(word + 1, word + 6);
    word += 6;
    const lists = [0, 1, 2, 3].map((k) => {
      const list = words.subarray(word, word + counts[k]);
      word += counts[k];
      return list;
    });
    const [scalarIn, vectorIn, scalarOut, vectorOut] = lists;
    const bumps = words.subarray(word, word + 2 * counts[4]);
    const start = (term: number): number => words[addresses + term] / 8;
    for (let i = 0; i < size; i += 1) {
      let t = s;
      for (const term of scalarIn) t *= cells[start(term)];
      if (t !== 0) {
        const row = new Float64Array(length);
        const product = Float64Array.from(v);
        for (const term of vectorIn) for (let j = 0, from = start(term); j < length; j += 1) product[j] *= cells[from + j];
        if (l < levels - 1) level(l + 1, t, product, row);
        else for (let j = 0; j < length; j += 1) row[j] = t * product[j];
        for (let j = 0; j < length; j += 1) above[j] += row[j];
        for (const term of vectorOut) for (let j = 0, to = start(term); j < length; j += 1) cells[to + j] += row[j];
        const total = row.reduce((sum, x) => sum + x, 0);
        for (const term of scalarOut) cells[start(term)] += total;
      }
      for (let b = 0; b < bumps.length; b += 2) words[addresses + bumps[b]] += bumps[b + 1];
    }
    for (let b = 0; b < bumps.length; b += 2) words[addresses + bumps[b]] -= size * bumps[b + 1];
  };
  level(0, 1, new Float64Array(length).fill(1), new Float64Array(length));
}

/** out[target[t]·n + j] += weight[t]·from[index[t]·n + j] for every t and j < n. Addresses in bytes. */
export function carryPlain(memory: ArrayBufferLike, out: number, target: number, from: number, index: number, weight: number, rows: number, n: number): void {
  const cells = new Float64Array(memory);
  const words = new Uint32Array(memory);
  for (let t = 0; t < rows; t += 1) {
    const w = cells[weight / 8 + t];
    for (let j = 0; j < n; j += 1) cells[out / 8 + words[target / 4 + t] * n + j] += w * cells[from / 8 + words[index / 4 + t] * n + j];
  }
}
