// Compile WebAssembly kernels (*.as.ts, beside their loaders; a line `// asc: …` in one adds flags), then TypeScript, then copy what tsc does not.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

function* walk(dir) {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

const newer = (a, b) => !existsSync(b) || statSync(a).mtimeMs > statSync(b).mtimeMs;
const files = [...walk("src")];
for (const source of files.filter((f) => f.endsWith(".as.ts"))) {
  const target = source.replace(/\.as\.ts$/, ".wasm");
  if (newer(source, target)) {
    execFileSync(
      process.execPath,
      [
        "node_modules/assemblyscript/bin/asc.js",
        source,
        "-o",
        target,
        "-O3",
        "--noAssert",
        "--runtime",
        "stub",
        "--enable",
        "simd",
        "--importMemory",
        "--initialMemory",
        "1",
        "--maximumMemory",
        "65536",
        ...(/^\/\/ asc: (.*)$/m.exec(readFileSync(source, "utf8"))?.[1].split(" ") ?? []),
      ],
      { stdio: "inherit" },
    );
  }
}
if (!process.argv.includes("--wasm")) {
  rmSync("dist", { recursive: true, force: true });
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json"], { stdio: "inherit" });
  for (const source of [...walk("src")].filter((f) => /\.(wasm|css|json)$/.test(f))) {
    const target = join("dist", relative("src", source));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target);
  }
  if (existsSync("dist/cli/main.js")) chmodSync("dist/cli/main.js", 0o755);
}
