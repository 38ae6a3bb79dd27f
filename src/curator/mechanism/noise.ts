import { secureBits } from "../../base/random.js";
import { format, type Rational } from "../../base/rational.js";
import type { GaussianSampler } from "./discrete-gaussian-table.js";
import { addDiscreteLaplace } from "./discrete-laplace.js";
import { exponentialPicker, type Picker } from "./exponential.js";
import { gaussianSampler } from "./gaussian-sampler.js";

/** Where the door's randomness comes from. What is not `secure` marks every artefact, and the gate refuses those. */
export interface Noise {
  readonly provenance: "secure" | "TEST ONLY";
  /** Adds one discrete Gaussian draw of parameter σ² to each cell, in place. */
  fillGaussian(sigma2: Rational, counts: Float64Array): void;
  /** Adds one discrete Laplace draw of scale b to each cell, in place. */
  fillLaplace(scale: Rational, counts: Float64Array): void;
  /** Draws of the exponential mechanism without replacement; `sensitivity` in units of the scores. */
  picker(scores: readonly bigint[], eta: Rational, sensitivity: bigint): Picker;
}

/** Exact noise from the operating system's random bits: the only wiring in the package. */
export function secureNoise(): Noise {
  const bits = secureBits();
  // marginals of the same variance share a table
  const samplers = new Map<string, GaussianSampler>();
  return {
    provenance: "secure",
    fillGaussian(sigma2, counts) {
      const key = format(sigma2);
      const sampler = samplers.get(key) ?? gaussianSampler(sigma2);
      samplers.set(key, sampler);
      sampler(counts, bits);
    },
    fillLaplace: (scale, counts) => addDiscreteLaplace(scale, counts, bits),
    picker: (scores, eta, sensitivity) => exponentialPicker(scores, eta, sensitivity, bits),
  };
}
