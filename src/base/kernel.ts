import { existsSync, readFileSync } from "node:fs";

const compiled = new Map<string, WebAssembly.Module | null>();

/**
 * The compiled kernel `name` beside the module at `url`, or null where it was not built or SIMD is missing: every
 * kernel has a plain twin that answers then.
 */
export function kernelBeside(url: string, name: string): WebAssembly.Module | null {
  const file = new URL(`./${name}`, url);
  let module = compiled.get(file.href);
  if (module === undefined) {
    module = existsSync(file) ? compile(readFileSync(file)) : null;
    compiled.set(file.href, module);
  }
  return module;
}

function compile(bytes: Buffer<ArrayBuffer>): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return null;
  }
}
