// A wiring without noise for benches on dist, which cannot import TypeScript: the twin of zeroNoise in test-noise.ts. It marks its artefacts TEST ONLY.
export function noNoise() {
  return {
    provenance: "TEST ONLY",
    fillGaussian: () => undefined,
    fillLaplace: () => undefined,
    picker: (scores) => {
      const left = new Set(scores.keys());
      return {
        draw: () => [...left].reduce((best, i) => (scores[i] > scores[best] ? i : best)),
        remove: (candidate) => void left.delete(candidate),
      };
    },
  };
}
