// Figures of others and the figures aimed at, none measured by these scripts.

/** Reference implementations in numpy (Private-PGM), one run each on a machine of two cores, δ=1e-9, adult-14col; `2way` and `3way` as judges/tvd.py measures. */
export const REFERENCE = [
  {
    table: "adult",
    method: "aim",
    label: "AIM, numpy reference",
    at: { 0.1: { "2way": 0.137, "3way": 0.217, seconds: 178 }, 1: { "2way": 0.0379, "3way": 0.0875, seconds: 518 }, 10: { "2way": 0.0205, "3way": 0.0598, seconds: 1817 } },
  },
  {
    table: "adult",
    method: "mst",
    label: "MST, numpy reference",
    at: { 0.1: { "2way": 0.149, "3way": 0.254 }, 1: { "2way": 0.052, "3way": 0.113, seconds: 62 }, 10: { "2way": 0.0413, "3way": 0.1 } },
  },
];

/** Published NIST k-marginal scores (CRC bundle 1.1, variant A; `later` marks a later variant of the score, not comparable digit by digit). */
export const NIST = [
  { table: "national2019", features: "simple-21", label: "Genetic SD, k=3", at: { 1: 851, 10: 927 } },
  { table: "national2019", features: "simple-21", label: "SmartNoise MST", at: { 1: 774, 10: 796 } },
  { table: "ma2019", features: "simple-21", label: "SmartNoise MST", at: { 1: 861, 10: 902 } },
  { table: "ma2019", features: "simple-21", label: "Genetic SD, k=3", at: { 1: 827, 10: 930 } },
  { table: "ma2019", features: "simple-21", label: "PATE-CTGAN", at: { 1: 350, 10: 773 } },
  { table: "national2019", features: "demographic-10", label: "AIM (SmartNoise)", at: { 1: 976 }, later: true },
  { table: "national2019", features: "demographic-10", label: "SmartNoise MST", at: { 1: 958 } },
  { table: "national2019", features: "demographic-10", label: "Sarus SDG", at: { 10: 947 } },
  { table: "ma2019", features: "demographic-10", label: "SmartNoise MST", at: { 1: 913, 10: 964 } },
];

/** What the real rows, treated without any privacy, score: drawn again with replacement, and the same survey a year earlier. */
export const NIST_ANCHORS = {
  "national2019 simple-21": { resampled: 953, 2018: 920 },
  "ma2019 simple-21": { resampled: 960, 2018: 928 },
  "national2019 demographic-10": { resampled: 989, 2018: 980 },
  "ma2019 demographic-10": { resampled: 981, 2018: 972 },
};

/** What a reader must know of the peers' figures. */
export const PEER_NOTE =
  "smartnoise-synth 1.0.8 draws its rows by the default rounding of mbi 1.1.0, which hands out the values of each column in rising order within its parent's rows: columns that the model holds independent given a third one come out with a correlation of 1. Names that end in -sampled are the same fits with rows drawn independently.";

/** Figures aimed at, of the default method: error at most, seconds at most, score at least. */
export const TARGETS = {
  error: [
    { table: "adult", ways: "2way", at: { 0.1: 0.08, 1: 0.03, 10: 0.0125 } },
    { table: "adult", ways: "2way", goal: ", goal beyond", at: { 0.1: 0.072, 1: 0.027, 10: 0.01 } },
    { table: "adult", ways: "3way", at: { 0.1: 0.145, 1: 0.073, 10: 0.047 } },
    { table: "nltcs", ways: "2way", at: { 0.1: 0.02, 1: 0.003, 10: 0.0008 } },
    { table: "fire", ways: "2way", at: { 0.1: 0.045, 1: 0.012, 10: 0.006 } },
    { table: "titanic", ways: "2way", at: { 1: 0.12, 10: 0.05 } },
  ],
  cost: [
    { table: "adult", method: "mosaic", seconds: { 0.1: 3, 1: 4, 10: 5 } },
    { table: "adult", method: "aim", seconds: { 0.1: 3, 1: 4, 10: 12 } },
    { table: "stroke", method: "mosaic", seconds: { 1: 60, 10: 60 }, megabytes: { 1: 2048, 10: 2048 } },
  ],
};
