// A wiring without noise: zeroNoise of test-noise.ts, in plain JavaScript for the sake of benches on dist. It marks its artefacts TEST ONLY.
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
