import type { Domain } from "../../domain/column.js";
import type { Door } from "../../domain/door.js";
import type { Progress } from "../../domain/progress.js";
import type { Goal } from "../../domain/workload.js";
import type { Fitted } from "../model.js";
import { measureAim } from "./aim.js";

/** AIM as every fitted model is put on paper: its junction tree, at full resolution. */
export async function fitAim(door: Door, domain: Domain, publicTotal: number | undefined, progress: Progress | undefined, goal: Goal): Promise<Fitted> {
  const { noisy, model } = await measureAim(door, domain, { ...goal, publicTotal, progress });
  return {
    noisy: noisy.map((marginal) => ({ marginal })),
    total: model.total,
    calibrated: model.inference,
    expansions: domain.columns.map(({ size }) => Array.from({ length: size }, (_, code) => ({ codes: [code], weights: [1] }))),
  };
}
