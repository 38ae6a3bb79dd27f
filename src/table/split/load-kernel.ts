import { existsSync, readFileSync } from "node:fs";

const compiled = new Map<string, WebAssembly.Module | null>();

/** A compiled kernel of this folder, or null where it was not built: the plain twins give the same bits without it. */
export function moduleBeside(name: string): WebAssembly.Module | null {
  let module = compiled.get(name);
  if (module === undefined) {
    const file = new URL(`./${name}`, import.meta.url);
    module = existsSync(file) ? new WebAssembly.Module(readFileSync(file)) : null;
    compiled.set(name, module);
  }
  return module;
}
