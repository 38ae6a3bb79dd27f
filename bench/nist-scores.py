#!/usr/bin/env python3
"""Scores of one release of a NIST excerpt: usage nist-scores.py kmarginal.py target.csv release.csv dictionary.json
k-marginal (variant A) by the judge given, with its mean per area and per feature; the same score without grouping by area; pMSE of a
logistic regression on one-hot bins (main effects) and of a depth-6 tree (SDNist's own), fitted and read on the same rows: 0 is perfect.
Needs numpy, pandas and scikit-learn."""
import importlib.util, itertools, json, sys
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier


def judge_at(path):
    spec = importlib.util.spec_from_file_location("kmarginal", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pair_errors(T, D, group):
    """L1 error of each pair of features, within the cells of `group`."""
    features = sorted(set(T.columns) - {"PUMA", "INDP"})
    out = {}
    for a, b in itertools.combinations(features, 2):
        key = group + [a, b]
        out[a, b] = (T.groupby(key).size() / len(T)).subtract(D.groupby(key).size() / len(D), fill_value=0).abs().sum()
    return out


def by_feature(errors):
    features = sorted({f for pair in errors for f in pair})
    return {f: round(float(np.mean([e for pair, e in errors.items() if f in pair])) * 500, 1) for f in features}


def propensity(T, D):
    X = pd.concat([T, D]).astype(str)
    y = np.r_[np.zeros(len(T)), np.ones(len(D))]
    share = len(D) / len(y)
    logistic = LogisticRegression(max_iter=300).fit(hot := OneHotEncoder().fit_transform(X), y).predict_proba(hot)[:, 1]
    codes = X.apply(lambda c: c.astype("category").cat.codes)
    tree = DecisionTreeClassifier(max_depth=6, random_state=0).fit(codes, y).predict_proba(codes)[:, 1]
    return {"logistic": round(float(np.mean((logistic - share) ** 2)), 5), "tree": round(float(np.mean((tree - share) ** 2)), 5)}


def main():
    judge = judge_at(sys.argv[1])
    dictionary = json.load(open(sys.argv[4]))
    target, release, dropped = judge.clean(judge.load(sys.argv[2]), judge.load(sys.argv[3]), dictionary)
    T, D = judge.discretise(target, release, dictionary, "A")
    score, marginals, group = judge.kmarg(T, D, "A")
    plain = pair_errors(T, D, [])
    print(json.dumps({
        "score": int(score), "exact": round(score, 2), "marginals": marginals, "dropped": dropped, "records": len(D),
        "plainTwoWayTvd": round(float(np.mean(list(plain.values()))) / 2, 5), "pMSE": propensity(T, D),
        "lossByFeature": by_feature(pair_errors(T, D, group)), "plainLossByFeature": by_feature(plain),
    }))


main()
