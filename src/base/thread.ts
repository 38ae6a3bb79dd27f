import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * A thread on the built module `name` beside the module at `url`, without this process's flags, of which a thread refuses some. Null where the
 * sources run without a build, and where no thread can be had or is allowed: whoever asks does the work itself then.
 */
export function threadBeside(url: string, name: string, options: Pick<WorkerOptions, "workerData"> = {}): Worker | null {
  if (url.endsWith(".ts")) return null;
  try {
    return new Worker(new URL(`./${name}`, url), { ...options, execArgv: [] });
  } catch {
    return null;
  }
}
