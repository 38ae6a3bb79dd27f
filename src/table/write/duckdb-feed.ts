import type { DuckDBDataChunk, DuckDBType, DuckDBTableFunction as TableFunction } from "@duckdb/node-api";
import { type DpsynthError, internal } from "../../base/errors.js";
import type { RowChunk } from "../../domain/rows.js";
import { type FillVector, itemsOf } from "./duckdb-vectors.js";

export const FEED_NAME = "dpsynth_rows";

/** Rows of a DuckDB vector. */
const VECTOR = 2048;
const IDLE_MS = 1;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** A queue of row chunks between a row sink, which pushes, and a DuckDB query, which pulls. */
export class Feed {
  #queue: { chunk: RowChunk; wake: () => void }[] = [];
  #at = 0;
  #ended = false;
  #broken = false;
  #failure: DpsynthError | undefined;

  constructor(readonly fillers: readonly FillVector[]) {}

  /** Resolves once DuckDB has taken the whole chunk; rejects where the query failed. */
  push(chunk: RowChunk): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      else this.#queue.push({ chunk, wake: () => (this.#failure === undefined ? resolve() : reject(this.#failure)) });
    });
  }

  /** No more chunks will come. */
  end(): void {
    this.#ended = true;
  }

  /** Make the query fail at its next pull. */
  break(): void {
    this.#broken = true;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** The query is over; with a failure, whoever waits is told. */
  stop(failure: DpsynthError | undefined): void {
    this.#failure = failure;
    for (const { wake } of this.#queue.splice(0)) wake();
  }

  /** Fill one output chunk: rows, one idle row, or none at the end. */
  pull(out: DuckDBDataChunk): void {
    const head = this.#queue[0];
    if (head === undefined) {
      if (this.#ended) out.rowCount = 0;
      else this.#idle(out);
      return;
    }
    const { chunk } = head;
    const rows = Math.min(VECTOR, chunk.rows - this.#at);
    out.rowCount = rows;
    for (let c = 0; c < this.fillers.length; c += 1) this.fillers[c](out.getColumnVector(c), chunk.columns[c], this.#at, rows);
    this.#mark(out, 0, rows);
    this.#at += rows;
    if (this.#at < chunk.rows) return;
    this.#at = 0;
    this.#queue.shift();
    head.wake();
  }

  #idle(out: DuckDBDataChunk): void {
    Atomics.wait(sleeper, 0, 0, IDLE_MS);
    out.rowCount = 1;
    for (let c = 0; c < this.fillers.length; c += 1) {
      const vector = out.getColumnVector(c);
      vector.setItem(0, null as never);
      vector.flush();
    }
    this.#mark(out, 1, 1);
  }

  #mark(out: DuckDBDataChunk, idle: 0 | 1, rows: number): void {
    const vector = out.getColumnVector(this.fillers.length);
    const items = itemsOf(vector);
    if (items instanceof Uint8Array) items.fill(idle, 0, rows);
    else throw internal("the mark of a DuckDB feed is no byte column");
    vector.flush();
  }
}

/** The table function that pulls from `feed`: columns c0, c1, … and the byte `idle`. One thread, so that rows keep their order. */
export function feedFunction(maker: typeof TableFunction, feed: Feed, types: readonly DuckDBType[], mark: DuckDBType): TableFunction {
  return maker.create({
    name: FEED_NAME,
    bindFunction(info) {
      types.forEach((type, c) => {
        info.addResultColumn(`c${c}`, type);
      });
      info.addResultColumn("idle", mark);
    },
    initFunction: (info) => info.setMaxThreads(1),
    mainFunction(info, out) {
      if (feed.broken) info.setError("broken off");
      else feed.pull(out);
    },
  });
}
