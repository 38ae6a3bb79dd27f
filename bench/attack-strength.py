# The plain tree log-ratio: sum over the model's edges of ln p_S/p_R of the pair, minus (degree - 1) times that of each column, each p
# smoothed by half a row a cell; and the area under its ROC curve by counting pairs. Reads one JSON file of codes, prints one JSON line.
import json
import sys
from collections import Counter
from math import log

job = json.load(open(sys.argv[1]))
sizes, edges = job["sizes"], job["edges"]
release, reference = list(zip(*job["release"])), list(zip(*job["reference"]))


def scorer(columns):
    cells = 1
    for c in columns:
        cells *= sizes[c]
    key = lambda row: tuple(row[c] for c in columns)
    s, r = Counter(map(key, release)), Counter(map(key, reference))
    return lambda row: log((s[key(row)] + 0.5) / (len(release) + cells / 2)) - log((r[key(row)] + 0.5) / (len(reference) + cells / 2))


degree = Counter(c for edge in edges for c in edge)
pairs = [scorer(edge) for edge in edges]
singles = [(degree[c] - 1, scorer([c])) for c in range(len(sizes))]
score = lambda row: sum(f(row) for f in pairs) - sum(times * f(row) for times, f in singles if times != 0)
members = [score(row) for row in zip(*job["members"])]
others = sorted(score(row) for row in zip(*job["others"]))
import bisect

won = sum(bisect.bisect_left(others, m) + (bisect.bisect_right(others, m) - bisect.bisect_left(others, m)) / 2 for m in members)
print(json.dumps({"auc": won / (len(members) * len(others))}))
