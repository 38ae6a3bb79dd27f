import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

/** Chromium for the browser tests, or null where there is none. In CI its absence is an error. */
export function chromiumPath(): string | null {
  const path = process.env.DPSYNTH_CHROMIUM ?? "/usr/bin/chromium";
  if (existsSync(path)) return path;
  if (process.env.CI === "true") throw new Error("browser tests need Chromium: set DPSYNTH_CHROMIUM");
  console.log(`skipped: the browser tests need Chromium (looked at ${path}; set DPSYNTH_CHROMIUM)`);
  return null;
}

/** A fresh browser with its own profile, removed again by `close`. */
export async function openBrowser(executablePath: string, options: Parameters<typeof chromium.launchPersistentContext>[1] = {}): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), "dpsynth-browser-"));
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const context = await chromium.launchPersistentContext(profile, { executablePath, args, headless: true, ...options });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
