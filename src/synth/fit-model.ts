import type { Domain } from "../domain/column.js";
import type { Door } from "../domain/door.js";
import type { Progress } from "../domain/progress.js";
import { bodySha256, type ModelFile } from "../formats/model.js";
import { estimate } from "./infer/estimate.js";
import { modelOf } from "./model.js";
import type { Method } from "./plan.js";
import { measureIndependent } from "./select/independent.js";
import { measureMst } from "./select/mst.js";

/**
 * Measure through the door, fit a graphical model to what came out, then close the door on that model: the ledger's commit
 * names it. A crash before leaves the reservation open, which counts in full.
 * @param publicTotal the number of rows learnt from, where the schema declares it public
 */
export async function fitModel(method: Method, door: Door, domain: Domain, publicTotal: number | undefined, progress?: Progress): Promise<ModelFile> {
  const measure = method === "mst" ? measureMst : measureIndependent;
  const measured = await measure(door, domain, progress);
  const fit = estimate(measured.tables, measured.sizes, { ...(publicTotal === undefined ? {} : { total: publicTotal }), ...(progress === undefined ? {} : { progress }) });
  const body = modelOf(domain, measured, fit, method, publicTotal);
  return { ...body, receipt: await door.receipt(bodySha256(body)) };
}
