// Empirical ε of each method's measure step at (ε, δ) = (1, 1e-2), through the real door with real noise, on made-up worst-case tables;
// μ's estimate beside √(2ρ), and lower bounds of μ, ε and ρ. Needs a build. Writes bench/results/empirical-epsilon.json.
//   node bench/empirical-epsilon.mjs [methods, comma-separated] [fits in each world]
import { mergeResults } from "./results-file.mjs";

const dist = process.env.DPSYNTH_DIST ?? new URL("../dist", import.meta.url).pathname;
const [{ trialOf }, { auditMechanism }, { leastMu, upperRates, epsilonOfMu, leastEpsilon }] = await Promise.all(
  ["app/trial-fits.js", "audit/empirical/audit-mechanism.js", "audit/empirical/bounds.js"].map((file) => import(`${dist}/${file}`)),
);
const [methods = "mst,aim,independent,privbayes,mosaic,selection", fits = "40000"] = process.argv.slice(2);
const asked = { epsilon: 1, delta: 1e-2 };
const round = (x) => Number(x.toPrecision(4));

for (const method of methods.split(",")) {
  const trial = trialOf(method, asked);
  for (const worlds of trial.worlds) {
    const before = process.cpuUsage();
    const audit = await auditMechanism({ ...trial, worlds: [worlds], runs: Number(fits) });
    const { user, system } = process.cpuUsage(before);
    const [result] = audit.worlds;
    const at95 = upperRates(result.mu.trials, 0.05);
    const row = {
      method,
      worlds: result.id,
      ...asked,
      fitsEachSide: audit.runs,
      muImplied: round(audit.muImplied),
      muEstimate: round(result.mu.estimate),
      ofImplied: round(result.mu.estimate / audit.muImplied),
      muLower95: round(leastMu(at95)),
      epsilonOfMuLower95: round(epsilonOfMu(leastMu(at95), asked.delta)),
      muLower999: round(result.mu.lower),
      epsilonLower95: round(leastEpsilon(upperRates(result.trials, 0.05), asked.delta)),
      epsilonLower999: round(result.epsilonLower),
      rhoLower999: round(result.rhoLower),
      rho: round(audit.claim.rho),
      statistic: result.statistic,
      violated: audit.violated,
      processorSeconds: round((user + system) / 1e6),
    };
    mergeResults("empirical-epsilon.json", { bench: "empirical-epsilon" }, ["method", "worlds"], [row]);
    console.log(JSON.stringify(row));
  }
}
