import type { ShadowFit } from "../audit/context.js";
import { openCurator, secureNoise } from "../curator/index.js";
import type { Domain } from "../domain/column.js";
import { memoryEngine } from "../engine/memory.js";
import type { Receipt } from "../formats/ledger.js";
import { METHODS } from "../formats/method.js";
import type { PaidModel } from "../formats/model.js";
import { fitModel } from "../synth/fit-model.js";
import { CHUNK_ROWS } from "../synth/release/chunk.js";
import { sampler } from "../synth/sample/sampler.js";
import type { Codes, EncodedTable } from "../table/encoded.js";
import { selectRows } from "../table/split/select.js";
import { cliquesOf } from "./model-knowledge.js";
import { reservationOf } from "./trial-fits.js";

/**
 * The release's own generator at its own price, on other people: what an attacker does who has the software. The fits are of the reference part, at
 * the terms of the release, through the real door with real noise; nothing of them leaves the INTERNAL report, so no ledger is charged.
 * @returns null where the receipt names a method that this version does not have
 */
export function shadowFitOf(real: EncodedTable, domain: Domain, receipt: Receipt): ShadowFit | null {
  const method = METHODS.find((name) => name === receipt.method);
  if (method === undefined || method === "auto") return null;
  const alone = receipt.ownPrice === undefined ? {} : { price: receipt.price, ownPrice: receipt.ownPrice };
  const reservation = { ...reservationOf({ epsilon: receipt.epsilon, delta: receipt.account === "pure" ? 0 : receipt.delta }), ...alone };
  return async (rows, seed) => {
    const keep = new Uint8Array(real.rows);
    for (const row of rows) keep[row] = 1;
    const table = { ...selectRows(real, keep), domain };
    const door = openCurator({ engine: memoryEngine(table, 1), domain, reservation, noise: secureNoise(), method, part: "all", shareLearned: 1 });
    const model = await fitModel(method, door, domain, undefined);
    return { cliques: cliquesOf(model, domain), release: sampled(model, domain, rows.length, seed) };
  };
}

/** Rows of a model as codes, without values: bin middles stand for numbers. */
function sampled(model: PaidModel, domain: Domain, rows: number, seed: string): EncodedTable {
  const names = domain.columns.map((column) => column.name);
  const sizes = domain.columns.map((column) => column.size);
  const draw = sampler(model, names, sizes, seed);
  const codes: Codes[] = sizes.map((size) => (size <= 256 ? new Uint8Array(rows) : size <= 65_536 ? new Uint16Array(rows) : new Uint32Array(rows)));
  for (let at = 0; at < rows; at += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - at);
    for (const [c, column] of draw.next(count).entries()) codes[c].set(column.subarray(0, count), at);
  }
  return { domain, rows, codes, unitCount: rows };
}
