import { type SecureBits, seededBits } from "../../src/base/random.js";
import { addDiscreteLaplace } from "../../src/curator/mechanism/discrete-laplace.js";
import { exponentialPicker } from "../../src/curator/mechanism/exponential.js";
import { gaussianSampler } from "../../src/curator/mechanism/gaussian-sampler.js";
import type { Noise } from "../../src/curator/mechanism/noise.js";
import { noNoise } from "./no-noise.mjs";

/** No noise at all; picks the first best score. Stamps artefacts TEST ONLY. */
export function zeroNoise(): Noise {
  return noNoise();
}

/** The real mechanisms over a seed's bits. Stamps artefacts TEST ONLY. */
export function seededNoise(seed: string): Noise {
  const bits = seededAsSecure(seed);
  return {
    provenance: "TEST ONLY",
    fillGaussian: (sigma2, counts) => gaussianSampler(sigma2)(counts, bits),
    fillLaplace: (scale, counts) => addDiscreteLaplace(scale, counts, bits),
    picker: (scores, eta, sensitivity) => exponentialPicker(scores, eta, sensitivity, bits),
  };
}

/** Reproducible bits where the types ask for secure ones: possible only under test/, by a cast. */
export function seededAsSecure(seed: string): SecureBits {
  const bits = seededBits(seed);
  return fakeBits(() => bits.uint32());
}

/** Bits that say what the test wants: the given words first, then the seed's. */
export function scriptedBits(words: readonly number[], seed: string): SecureBits {
  const after = seededBits(seed);
  let next = 0;
  return fakeBits(() => (next < words.length ? words[next++] : after.uint32()));
}

function fakeBits(uint32: () => number): SecureBits {
  const fill = (words: Uint32Array): void => {
    for (let i = 0; i < words.length; i += 1) words[i] = uint32();
  };
  return { uint32, fill } as unknown as SecureBits;
}
