import { z } from "zod";

const interval = z.tuple([z.number(), z.number()]);
const text = z.string();
const share = z.number();
const value = z.number().nullable();

const similarity = z.strictObject({
  ways: z.int().min(1),
  marginals: z.int().min(0),
  /** Mean total variation distance of release and train. */
  release: value,
  /** The same between train and real rows the model never saw, as many as the release has where there are so many. */
  resample: value,
  /** How many such rows there were. */
  resampleRows: z.int().min(0).default(0),
  /** Expected distance of as many rows as the release has, drawn from the train rows themselves with replacement: exact, no draw is made. */
  chance: value.default(null),
  /** The tables that are furthest off, worst first. */
  worst: z.array(z.strictObject({ columns: z.array(text), release: share, chance: share })).default([]),
});

const column = z.strictObject({ name: text, ordered: z.boolean().default(false), labels: z.array(text), train: z.array(share), release: z.array(share), tvd: share });

export const ASSOCIATIONS = ["pearson", "cramers-v", "correlation-ratio"] as const;
const kind = z.enum(ASSOCIATIONS);

const association = z.strictObject({ a: text, b: text, kind, train: value, release: value, unseen: value.default(null) });

/** Means over the pairs where both sides have a value. */
const associationChange = z.strictObject({ kind, pairs: z.int().min(0), release: z.number(), largest: z.number(), unseen: value });

const learning = z.strictObject({
  target: text,
  learner: text,
  metric: text,
  tstr: z.number(),
  tstrInterval: interval,
  trtr: z.number(),
  trtrInterval: interval,
  /** tstr − trtr on the same test people. */
  difference: value.default(null),
  differenceInterval: interval.nullable().default(null),
  n: z.int(),
  positives: z.int().min(0).default(0),
});

/** How well a classifier tells released rows from real ones. */
const propensity = z.strictObject({
  learner: text,
  rows: z.int().min(0),
  pmse: z.number(),
  /** What pmse is where both tables are samples of one population. */
  expected: z.number(),
  ratio: value,
  /** The same ratio of real rows that were not learnt from against the train rows. */
  unseenRatio: value,
});

const coverage = z.strictObject({
  columns: z.array(
    z.strictObject({
      name: text,
      /** Categories or bins that occur in the train part, and how many of them occur in the release too. */
      values: z.int().min(0),
      kept: z.int().min(0),
      /** Share of train rows whose value the release lacks; share of released rows whose value the train part lacks. */
      lost: share,
      added: share,
      /** Smallest and largest value as text, and the share of the train part's range that the release spans; numbers and dates only. */
      range: z.strictObject({ train: z.tuple([text, text]), release: z.tuple([text, text]), covered: share }).nullable(),
    }),
  ),
  /** Mean over pairs of columns: shares of rows in combinations that the other table lacks, beside the same for unseen real rows. */
  pairs: z.strictObject({ lost: value, added: value, unseenLost: value, unseenAdded: value }),
});

const cells = z.strictObject({ name: text, nullable: z.boolean(), nulls: z.int(), unseen: z.int(), unparsable: z.int(), outOfBounds: z.int() });
const conformity = z.strictObject({ rows: z.int().min(0), columns: z.array(cells) });

const groupLearning = z.strictObject({ tstr: z.number(), trtr: z.number(), difference: z.number(), interval, n: z.int(), positives: z.int() });
const subgroup = z.strictObject({
  label: text,
  train: z.int().min(0),
  release: z.int().min(0),
  trainShare: share,
  releaseShare: share,
  /** Mean distance of the group's other columns from the same group in the train part; what as many rows of that group would show by chance. */
  tvd: value,
  chance: value,
  /** tvd − chance; the interval is for the sampling of released rows alone. */
  excess: value,
  excessInterval: interval.nullable(),
  /** Why numbers are absent or weak; null where the group is large enough. */
  tooSmall: text.nullable(),
  learning: groupLearning.nullable(),
});
const subgroups = z.strictObject({
  /** Declared quasi-identifiers, or columns picked because none is declared. */
  declared: z.boolean(),
  target: text.nullable(),
  learner: text.nullable(),
  columns: z.array(z.strictObject({ name: text, groups: z.array(subgroup) })),
});

const sdmetricsColumn = z.strictObject({ column: text, metric: text, score: value });
const sdmetrics = z.strictObject({
  /** Release of the package whose scores these are. */
  version: text,
  quality: z.strictObject({
    overall: value,
    columnShapes: value,
    columnPairTrends: value,
    /** The same without the thresholds below which that package leaves pairs out. */
    overallAllPairs: value,
    columnPairTrendsAllPairs: value,
    columns: z.array(sdmetricsColumn),
    pairs: z.array(z.strictObject({ a: text, b: text, metric: text, score: value, counts: z.boolean() })),
  }),
  diagnostic: z.strictObject({ overall: value, dataValidity: value, dataStructure: value, columns: z.array(sdmetricsColumn) }),
});

const kMarginal = z.strictObject({
  /** 0 to 1000. */
  score: z.number(),
  unseenScore: value,
  features: z.array(text),
  group: text.nullable(),
  marginals: z.int().min(0),
});

/** Scores under other tools' definitions, where asked for. */
const compat = z.strictObject({ sdmetrics: sdmetrics.nullable(), kMarginal: kMarginal.nullable() });

export const utility = z.strictObject({
  similarity: z.array(similarity),
  /** One chart per learned column: share per bin or category in train and release; `ordered` where they stand in an order, null and catch-all last. */
  columns: z.array(column),
  /** TVD of every pair, row-major over `pairColumns`. */
  pairColumns: z.array(text),
  pairTvd: z.array(value),
  /** Association (Pearson's r, Cramér's V or the correlation ratio) per pair in train, release and unseen real rows. */
  associations: z.array(association),
  associationChange: z.array(associationChange).default([]),
  propensity: z.array(propensity).default([]),
  coverage: coverage.nullable().default(null),
  /** Cells that the schema does not allow, in the release and in the real rows, by column; null where the files were not looked at. */
  conformity: z.strictObject({ release: conformity, real: conformity }).nullable().default(null),
  /** Train on synthetic, test on real, against train on real. */
  learning: z.array(learning),
  /** Error group by group. */
  subgroups: subgroups.nullable().default(null),
  compat: compat.nullable().default(null),
  /** One sentence. */
  summary: text,
});
export type Utility = z.output<typeof utility>;
