"""Quality and Diagnostic scores of the package sdmetrics, the judge of ours. Tables are loaded by the types of the schema.
usage: sdmetrics_scores.py schema.json real.csv synthetic.csv; prints one JSON object. Needs sdmetrics."""
import json
import sys
import warnings

warnings.filterwarnings("ignore")
import pandas as pd
import sdmetrics
from sdmetrics.reports.single_table import DiagnosticReport, QualityReport

SDTYPE = {"integer": "numerical", "number": "numerical", "string": "categorical", "boolean": "boolean", "date": "datetime", "datetime": "datetime"}
schema = json.load(open(sys.argv[1]))
fields = [f for f in schema["fields"] if f["type"] != "identifier"]
metadata = {"columns": {f["name"]: {"sdtype": SDTYPE[f["type"]]} for f in fields}}


def load(path):
    texts = {f["name"]: str for f in fields if f["type"] == "string"}
    table = pd.read_csv(path, na_values=schema.get("missingValues") or [""], keep_default_na=False, dtype=texts)[[f["name"] for f in fields]]
    for f in fields:
        if f["type"] in ("date", "datetime"):
            table[f["name"]] = pd.to_datetime(table[f["name"]], format="ISO8601").astype("datetime64[ns]")
    return table


def number(x):
    return None if pd.isna(x) else float(x)


def scores(report, property_name, *keys):
    return {"|".join(row[k] for k in keys): number(row["Score"]) for _, row in report.get_details(property_name).iterrows()}


def quality(correlation, association):
    report = QualityReport()
    report.real_correlation_threshold, report.real_association_threshold, report.num_rows_subsample = correlation, association, None
    report.generate(real, synthetic, metadata, verbose=False)
    return report, report.get_properties().set_index("Property")["Score"]


real, synthetic = load(sys.argv[2]), load(sys.argv[3])
default, parts = quality(0.5, 0.3)
classical, all_parts = quality(0, 0)
form = DiagnosticReport()
form.generate(real, synthetic, metadata, verbose=False)
form_parts = form.get_properties().set_index("Property")["Score"]
print(json.dumps({
    "version": sdmetrics.__version__,
    "overall": number(default.get_score()),
    "columnShapes": number(parts["Column Shapes"]),
    "columnPairTrends": number(parts["Column Pair Trends"]),
    "overallAllPairs": number(classical.get_score()),
    "columnPairTrendsAllPairs": number(all_parts["Column Pair Trends"]),
    "columns": scores(default, "Column Shapes", "Column"),
    "pairs": scores(classical, "Column Pair Trends", "Column 1", "Column 2"),
    "diagnostic": number(form.get_score()),
    "dataValidity": number(form_parts["Data Validity"]),
    "dataStructure": number(form_parts["Data Structure"]),
    "validity": scores(form, "Data Validity", "Column"),
}, indent=1))
