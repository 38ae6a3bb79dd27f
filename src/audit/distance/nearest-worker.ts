import { parentPort } from "node:worker_threads";
import { instantiate } from "./kernel.js";
import { claimChunks, type SharedSearch } from "./threads.js";

parentPort?.on("message", ({ module, memory, layout, queries, board }: SharedSearch) => {
  claimChunks(instantiate(module, memory, layout), queries, board);
});
