import { parentPort, workerData } from "node:worker_threads";
import { countPasses } from "./kernel.js";
import type { CountJob } from "./memory.js";

const { codes, sizes, passes, from, to } = workerData as CountJob;
const joints = countPasses(codes, sizes, passes, from, to);
parentPort?.postMessage(
  joints,
  joints.map((j) => j.buffer as ArrayBuffer),
);
