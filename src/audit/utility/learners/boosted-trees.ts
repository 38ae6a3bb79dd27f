import { fitBinners } from "./binning.js";
import type { Classifier, Learner } from "./features.js";
import { addTree, growTree, type Tree } from "./tree.js";

const ROUNDS = 100;
const RATE = 0.1;

/** Gradient-boosted trees on the logistic loss over byte bins (Friedman 2001; the defaults of scikit-learn's HistGradientBoosting). */
export const boostedTrees: Learner = (features, labels): Classifier => {
  const binners = fitBinners(features);
  const data = binners.map((binner) => binner.apply(features));
  const share = Math.min(1 - 1e-6, Math.max(1e-6, labels.reduce((a, b) => a + b, 0) / features.rows));
  const start = Math.log(share / (1 - share));
  const scores = new Float64Array(features.rows).fill(start);
  const gradient = new Float64Array(features.rows);
  const curvature = new Float64Array(features.rows);
  const trees: Tree[] = [];
  for (let round = 0; round < ROUNDS && data.length > 0; round += 1) {
    for (let i = 0; i < features.rows; i += 1) {
      const probability = 1 / (1 + Math.exp(-scores[i]));
      gradient[i] = probability - labels[i];
      curvature[i] = probability * (1 - probability);
    }
    const tree = growTree(data, binners, gradient, curvature);
    addTree(tree, data, scores, RATE);
    trees.push(tree);
  }
  return {
    score(of) {
      const bins = binners.map((binner) => binner.apply(of));
      const out = new Float64Array(of.rows).fill(start);
      for (const tree of trees) addTree(tree, bins, out, RATE);
      return out;
    },
  };
};
