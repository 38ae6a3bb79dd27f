import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rocAuc } from "../../src/audit/stats/auc.js";
import { boostedTrees } from "../../src/audit/utility/learners/boosted-trees.js";
import type { Features } from "../../src/audit/utility/learners/features.js";
import { logistic } from "../../src/audit/utility/learners/logistic.js";
import { ADULT_NUMBERS, dataFolder, readPlainCsv } from "../support/audit-tables.js";

const folder = dataFolder("adult");
const judges = process.env.DPSYNTH_JUDGES;
if (judges === undefined) console.log("skipped: scikit-learn is asked only where DPSYNTH_JUDGES names its Python");

const JUDGE = `
import sys, json, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder, StandardScaler, OrdinalEncoder
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
a, b, numbers = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2]), json.loads(sys.argv[3])
y = lambda f: (f['income'] == '>50K').astype(int)
num = [c for c in a if c in numbers]; cat = [c for c in a if c not in num and c != 'income']
lr = make_pipeline(make_column_transformer((StandardScaler(), num), (OneHotEncoder(handle_unknown='ignore'), cat)), LogisticRegression(max_iter=2000)).fit(a, y(a))
gb = make_pipeline(make_column_transformer((OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=-1), cat), ('passthrough', num)), HistGradientBoostingClassifier(early_stopping=False, categorical_features=list(range(len(cat))), random_state=0)).fit(a, y(a))
print(json.dumps([roc_auc_score(y(b), m.predict_proba(b)[:, 1]) for m in (lr, gb)]))
`;

describe.skipIf(folder === null || judges === undefined)("learners against scikit-learn on Adult", () => {
  test("AUC within .01", () => {
    const train = readPlainCsv(join(folder as string, "adult-train.csv"));
    const { rows: tested } = readPlainCsv(join(folder as string, "adult-test.csv"));
    const rows = train.rows.slice(0, 12_000);
    const levels = train.header.map((_, c) => new Map([...new Set([...rows, ...tested].map((row) => row[c]))].map((text, code) => [text, code])));
    const income = train.header.indexOf("income");
    const features = (of: string[][]): Features => ({
      rows: of.length,
      numeric: train.header.flatMap((name, c) => (ADULT_NUMBERS.includes(name) ? [Float64Array.from(of, (row) => Number(row[c]))] : [])),
      categorical: train.header.flatMap((name, c) => (ADULT_NUMBERS.includes(name) || c === income ? [] : [{ codes: of.map((row) => levels[c].get(row[c]) as number), size: levels[c].size }])),
    });
    const truth = (of: string[][]) => Uint8Array.from(of, (row) => (row[income] === ">50K" ? 1 : 0));
    const labels = truth(tested);
    const ours = [logistic, boostedTrees].map((learner) => {
      const scores = learner(features(rows), truth(rows)).score(features(tested));
      return rocAuc(
        scores.filter((_, i) => labels[i] === 1),
        scores.filter((_, i) => labels[i] === 0),
        0.95,
      )?.auc as number;
    });
    const scratch = mkdtempSync(join(tmpdir(), "dpsynth-learners-"));
    try {
      const write = (name: string, of: string[][]): string => {
        const path = join(scratch, name);
        writeFileSync(path, [train.header, ...of].map((row) => row.join(",")).join("\n"));
        return path;
      };
      const theirs = JSON.parse(execFileSync(judges as string, ["-c", JUDGE, write("a.csv", rows), write("b.csv", tested), JSON.stringify(ADULT_NUMBERS)], { encoding: "utf8" })) as number[];
      console.log("logistic, boosted trees: ours", ours, "scikit-learn", theirs);
      ours.forEach((auc, i) => {
        expect(Math.abs(auc - theirs[i])).toBeLessThan(0.01);
      });
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});
