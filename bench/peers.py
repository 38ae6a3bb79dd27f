#!/usr/bin/env python3
"""Peers from PyPI on the benchmark's integer-coded tables, one cold process each: fit at (epsilon, delta) with the public domain, then as many rows.
usage: peers.py METHOD table.csv domain.json epsilon delta seed out.csv
METHOD: smartnoise-mst, smartnoise-aim (package smartnoise-synth), dpmm-mst, dpmm-aim, dpmm-privbayes (package dpmm); smartnoise-mst-sampled and
smartnoise-aim-sampled draw the same model's rows independently: the default rounding of mbi 1.1.0, on which the package rests, gives columns that the
model holds independent given a third one a correlation of 1. Package defaults otherwise; no budget goes to finding bounds or categories, which are public here as they are for dpsynth. Prints one JSON object {"package", "version"}."""
import json, sys
from importlib.metadata import version
import numpy as np, pandas as pd


def smartnoise(method, table, domain, epsilon, delta, seed, rows):
    from snsynth import Synthesizer
    from snsynth.transform import LabelTransformer, TableTransformer
    np.random.seed(seed)
    if method.endswith("-sampled"):
        from mbi import MarkovRandomField
        rounded = MarkovRandomField.synthetic_data
        MarkovRandomField.synthetic_data = lambda self, rows=None: rounded(self, rows=rows, method="sample")
        method = method[: -len("-sampled")]
    # codes 0 to size-1, whether they occur or not: the labels are public, so nothing is spent on finding them
    labels = []
    for column, size in domain.items():
        label = LabelTransformer(nullable=False)
        label.fit(range(size))
        labels.append(label)
    transformer = TableTransformer(labels)
    synthesizer = Synthesizer.create(method, epsilon=epsilon, delta=delta)
    synthesizer.fit(table, transformer=transformer, preprocessor_eps=0.0)
    return pd.DataFrame(synthesizer.sample(rows), columns=list(domain))


def dpmm(method, table, domain, epsilon, delta, seed, rows):
    from dpmm.models.aim import AIMGM
    from dpmm.models.mst import MSTGM
    from dpmm.models.priv_bayes import PrivBayesGM
    model = {"aim": AIMGM, "mst": MSTGM, "privbayes": PrivBayesGM}[method](epsilon=epsilon, delta=delta)
    model.set_random_state(np.random.RandomState(seed))
    model.set_domain(domain)
    model.fit(table)
    return model.generate(n_records=rows)


def main():
    method, file, domain, epsilon, delta, seed, out = sys.argv[1:8]
    domain = json.load(open(domain))
    table = pd.read_csv(file)[list(domain)]
    package, name = method.split("-", 1)
    make, distribution = {"smartnoise": (smartnoise, "smartnoise-synth"), "dpmm": (dpmm, "dpmm")}[package]
    release = make(name, table, domain, float(epsilon), float(delta), int(seed), len(table))
    release[list(domain)].astype(int).to_csv(out, index=False)
    print(json.dumps({"package": distribution, "version": version(distribution)}))


main()
