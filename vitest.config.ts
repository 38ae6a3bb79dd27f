import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // the command line's tests wait for processes of their own most of the time
    maxWorkers: "100%",
    projects: [
      { test: { name: "fast", include: ["test/{unit,property,golden,docs}/**/*.test.ts", "test/mutants/*.test.ts"], testTimeout: 20_000 } },
      { test: { name: "slow", include: ["test/{statistical,differential,cli,browser}/**/*.test.ts", "test/mutants/slow/*.test.ts"], testTimeout: 180_000, hookTimeout: 180_000 } },
    ],
  },
});
