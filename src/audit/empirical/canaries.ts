import type { SecureBits } from "../../base/random.js";
import { toDouble } from "../../base/rational.js";
import { viewSizes } from "../../domain/coarsening.js";
import type { Domain } from "../../domain/column.js";
import type { CountingEngine } from "../../engine/engine.js";
import type { Codes, EncodedTable } from "../../table/encoded.js";
import type { Transcript } from "./transcript.js";

/** Records made up from the schema alone, each put into the twin or left out by a coin of its own. */
export interface Canaries {
  /** Codes by column. */
  readonly codes: readonly Uint32Array[];
  readonly included: Uint8Array;
}

/** `count` records of codes drawn at random, column by column, and their coins. */
export function drawCanaries(domain: Domain, count: number, bits: SecureBits): Canaries {
  const codes = domain.columns.map(({ size }) => Uint32Array.from({ length: count }, () => bits.uint32() % size));
  return { codes, included: Uint8Array.from({ length: count }, () => bits.uint32() & 1) };
}

/** A table's rows and the included canaries; each stands for one unit, with all the rows that one may have. */
export function withCanaries(table: EncodedTable, { codes, included }: Canaries): EncodedTable {
  const copies = table.domain.maxRows;
  const who = [...included.keys()].filter((i) => included[i] === 1).flatMap((i) => new Array<number>(copies).fill(i));
  const joined = table.codes.map((column, c) => {
    const longer = sameKind(column, table.rows + who.length);
    longer.set(column.subarray(0, table.rows));
    who.forEach((canary, i) => {
      longer[table.rows + i] = codes[c][canary];
    });
    return longer;
  });
  return { domain: table.domain, rows: table.rows + who.length, codes: joined, unitCount: table.unitCount + who.length / copies };
}

function sameKind(like: Codes, length: number): Codes {
  const memory = new SharedArrayBuffer(length * like.BYTES_PER_ELEMENT);
  if (like instanceof Uint8Array) return new Uint8Array(memory);
  return like instanceof Uint16Array ? new Uint16Array(memory) : new Uint32Array(memory);
}

/** For each canary Σ (noisy count of its cell − what all others lead one to expect there)/σ². @param real counts the rows without canaries */
export async function canaryScores(transcript: Transcript, real: CountingEngine, domain: Domain, { codes, included }: Canaries): Promise<Float64Array> {
  const sizes = domain.columns.map((c) => c.size);
  const scores = new Float64Array(included.length);
  for (const heard of transcript) {
    if (heard.kind === "select") continue;
    const { clique, view, noise } = heard.request;
    const seen = viewSizes(sizes, view);
    const [{ counts }] = await real.count([clique], view);
    const cellOf = (i: number): number => clique.reduce((cell, c) => cell * seen[c] + (view?.[c]?.of[codes[c][i]] ?? codes[c][i]), 0);
    const possible = new Float64Array(counts.length);
    for (let i = 0; i < scores.length; i += 1) possible[cellOf(i)] += domain.maxRows;
    const variance = noise.kind === "gaussian" ? toDouble(noise.sigma2) : 2 * toDouble(noise.scale) ** 2;
    for (let i = 0; i < scores.length; i += 1) {
      const cell = cellOf(i);
      scores[i] += (heard.answer.counts[cell] - counts[cell] - possible[cell] / 2) / variance;
    }
  }
  return scores;
}
