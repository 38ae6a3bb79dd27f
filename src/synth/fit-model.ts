import { toDouble } from "../base/rational.js";
import type { Domain } from "../domain/column.js";
import type { Door } from "../domain/door.js";
import type { Progress } from "../domain/progress.js";
import type { Goal } from "../domain/workload.js";
import type { Method } from "../formats/method.js";
import { bodySha256, type PaidModel } from "../formats/model.js";
import { fitAim } from "./aim/fit-aim.js";
import { estimate } from "./infer/estimate.js";
import { type Fitted, modelOf } from "./model.js";
import { fitMosaic } from "./mosaic/fit-mosaic.js";
import { measurePrivBayes } from "./privbayes/privbayes.js";
import { spread } from "./select/compress.js";
import { measureIndependent } from "./select/independent.js";
import { measureMst } from "./select/mst.js";
import type { Measured } from "./select/result.js";

/**
 * Measure through the door, fit a graphical model to what came out, then close the door on that model: the ledger's commit
 * names it. A crash before leaves the reservation open, which counts in full.
 * @param publicTotal the number of rows learnt from, where the schema declares it public
 * @param goal what aim is to serve and how large it may grow
 */
export async function fitModel(method: Method, door: Door, domain: Domain, publicTotal: number | undefined, progress?: Progress, goal: Goal = {}): Promise<PaidModel> {
  const fitted = await MECHANISMS[method](door, domain, publicTotal, progress, goal);
  const body = modelOf(domain, fitted, method, publicTotal);
  return { ...body, receipt: await door.receipt(bodySha256(body)) };
}

type Mechanism = (door: Door, domain: Domain, publicTotal: number | undefined, progress: Progress | undefined, goal: Goal) => Promise<Fitted>;

const MECHANISMS: Readonly<Record<Method, Mechanism>> = {
  mosaic: fitMosaic,
  aim: fitAim,
  privbayes: async (door, domain, publicTotal, progress) => estimated(await measurePrivBayes(door, domain, progress), publicTotal, progress),
  mst: async (door, domain, publicTotal, progress) => estimated(await measureMst(door, domain, progress), publicTotal, progress),
  independent: async (door, domain, publicTotal, progress) => estimated(await measureIndependent(door, domain, progress), publicTotal, progress),
};

/** One estimate at the end, at the resolution that the one-way noise supports. */
function estimated(measured: Measured, publicTotal: number | undefined, progress?: Progress): Fitted {
  const fit = estimate(measured.tables, measured.sizes, { ...(publicTotal === undefined ? {} : { total: publicTotal }), ...(progress === undefined ? {} : { progress }) });
  const oneWay = new Map(measured.noisy.filter((m) => m.marginal.clique.length === 1 && m.view === undefined).map((m) => [m.marginal.clique[0], m.marginal]));
  const expansions = measured.compressions.map(({ groups }, c) => {
    const counts = oneWay.get(c);
    const weights = (codes: readonly number[]): number[] =>
      counts === undefined
        ? codes.map(() => 1)
        : spread(
            codes.map((code) => counts.counts[code]),
            toDouble(counts.variance),
          );
    return groups.map((codes) => ({ codes, weights: weights(codes) }));
  });
  return { noisy: measured.noisy, total: fit.total, calibrated: fit.inference, expansions };
}
