import type { Domain } from "../../domain/column.js";
import type { Door } from "../../domain/door.js";
import type { Progress } from "../../domain/progress.js";
import type { Fitted } from "../model.js";
import { measureMosaic } from "./mosaic.js";
import type { Pyramid } from "./resolution.js";

/** Weights of a model code's own codes are whole numbers out of about this many. */
const WEIGHT_SCALE = 2 ** 24;

/** A mosaic as every fitted model is put on paper: the tree at its granularity, fine codes by the denoised one-ways, pairs beyond the tree as targets. */
export async function fitMosaic(door: Door, domain: Domain, publicTotal: number | undefined, progress?: Progress): Promise<Fitted> {
  const { noisy, pyramid, tree, beyond, total } = await measureMosaic(door, domain, publicTotal, progress);
  return {
    noisy,
    total,
    calibrated: tree.inference,
    expansions: tree.granularity.map((level, c) => expansion(pyramid, c, level)),
    targets: beyond.map(({ pair, level, counts }) => ({ pair, counts, groups: pair.map((c, i) => pyramid.levels[c][level[i]]) })),
  };
}

function expansion({ levels, shares }: Pyramid, column: number, level: number): { codes: number[]; weights: number[] }[] {
  const { of, size } = levels[column][level];
  const groups = Array.from({ length: size }, () => ({ codes: [] as number[], weights: [] as number[] }));
  const heaviest = new Float64Array(size);
  for (let code = 0; code < of.length; code += 1) heaviest[of[code]] = Math.max(heaviest[of[code]], shares[column][code]);
  for (let code = 0; code < of.length; code += 1) {
    const most = heaviest[of[code]];
    groups[of[code]].codes.push(code);
    groups[of[code]].weights.push(most > 0 ? Math.round((shares[column][code] / most) * WEIGHT_SCALE) : 1);
  }
  return groups;
}
