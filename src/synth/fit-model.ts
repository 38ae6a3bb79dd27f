import type { Domain } from "../domain/column.js";
import type { Door } from "../domain/door.js";
import type { Progress } from "../domain/progress.js";
import type { ModelFile } from "../formats/model.js";
import { estimate } from "./infer/estimate.js";
import { modelOf } from "./model.js";
import type { Method } from "./plan.js";
import { measureIndependent } from "./select/independent.js";
import { measureMst } from "./select/mst.js";

/**
 * Measure through the door, close it, fit a graphical model to what came out.
 * @param publicTotal the number of rows learnt from, where the schema declares it public
 */
export async function fitModel(method: Method, door: Door, domain: Domain, publicTotal: number | undefined, progress?: Progress): Promise<ModelFile> {
  const measure = method === "mst" ? measureMst : measureIndependent;
  const measured = await measure(door, domain, progress);
  const receipt = await door.receipt();
  const fit = estimate(measured.tables, measured.sizes, { ...(publicTotal === undefined ? {} : { total: publicTotal }), ...(progress === undefined ? {} : { progress }) });
  return modelOf(domain, measured, fit, receipt, publicTotal);
}
