import type { Domain } from "../../domain/column.js";
import type { Progress } from "../../domain/progress.js";
import type { MarginalsFile } from "../../formats/marginals.js";
import type { ModelBody } from "../../formats/model.js";
import { modelOf } from "../model.js";
import { type StatedTable, statedTables } from "./cells.js";
import { estimateStated } from "./estimate-stated.js";

/** What a model's method is called where others measured. */
export const STATED_METHOD = "from-marginals";

/** A model of tables that others measured, all but its receipt. Their noise is their word, so none of them is a measurement of ours. */
export function fitStated(marginals: MarginalsFile, domain: Domain, file: string, progress?: Progress): ModelBody {
  const tables = statedTables(marginals, domain, file);
  const sizes = domain.columns.map((c) => c.size);
  const { inference, total } = estimateStated(tables, sizes, marginals.rows, file, progress);
  const expansions = sizes.map((size) => Array.from({ length: size }, (_, code) => ({ codes: [code], weights: [1] })));
  const body = modelOf(domain, { noisy: [], total, calibrated: inference, expansions }, STATED_METHOD, marginals.rows);
  return { ...body, stated: tables.map((table) => onPaper(table, domain)) };
}

function onPaper({ clique, cells, counts, sigma }: StatedTable, domain: Domain): NonNullable<ModelBody["stated"]>[number] {
  return { columns: clique.map((c) => domain.columns[c].name), shape: clique.map((c) => domain.columns[c].size), cells: [...cells], counts: [...counts], sigma };
}
