// The rooms of the house and what each may import. "Post-processing is free" is a property of this graph.
const room = (name, from, allowed, why) => ({
  name,
  severity: "error",
  comment: why,
  from: { path: `^src/${from}` },
  to: { path: "^src/", pathNot: [`^src/${from}`, ...allowed.map((a) => `^src/${a}`)] },
});
module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", comment: "Rooms and files form a tree of dependence.", from: {}, to: { circular: true } },
    room("base-is-a-leaf", "base/", [], "base knows errors, numbers and bits; nothing of the domain."),
    room("formats-know-base", "formats/", ["base/"], "Contracts outlive code: they depend on nothing that behaves."),
    room("domain-is-public", "domain/", ["base/", "formats/"], "The public world, by declaration: no I/O and nothing read from data."),
    room("table-reads", "table/", ["domain/", "formats/", "base/"], "Reading and writing tables knows nothing of noise, models or attacks."),
    room("engine-counts", "engine/", ["table/", "domain/", "formats/", "base/"], "Counting has no opinion on privacy."),
    room("curator-is-the-door", "curator/", ["engine/", "domain/", "formats/", "base/"], "The only room where true counts meet noise: it reaches no synthesizer and no attack."),
    room("synth-is-post-processing", "synth/", ["domain/", "formats/", "base/"], "What stands after the noise cannot reach what stands before it: no table, engine or curator."),
    room("audit-is-black-box", "audit/", ["table/", "engine/", "domain/", "formats/", "base/"], "The adversary works on anybody's files: no curator, no synthesizer."),
    room("report-cannot-reach-a-row", "report/", ["formats/", "base/"], "A page made from report.json alone cannot leak a row."),
    room("gate-cannot-reach-a-row", "gate/", ["formats/", "base/"], "A verdict is a pure function of policy, report and ledger."),
    room("app-wires", "app/", ["base/", "formats/", "domain/", "table/", "engine/", "curator/", "synth/", "audit/", "report/", "gate/"], "Verbs wire rooms; they do not know the terminal."),
    room("cli-speaks", "cli/", ["app/", "formats/", "base/"], "Terminal manners in one place, no arithmetic."),
    {
      name: "fs-only-table-ledger-app",
      severity: "error",
      comment: "Besides table, only the ledger, app and cli touch the file system.",
      from: { path: "^src/", pathNot: "^src/(table|curator/ledger|app|cli)/|^src/[^/]+/.*kernel[^/]*\\.ts$" },
      to: { path: "^(node:)?fs(/promises)?$" },
    },
    {
      name: "duckdb-only-in-table-and-engine",
      severity: "error",
      comment: "DuckDB's error texts quote whole rows; two rooms know how to silence it.",
      from: { path: "^src/", pathNot: "^src/(table|engine)/" },
      to: { path: "@duckdb" },
    },
    {
      name: "crypto-bits-only-in-base-random",
      severity: "error",
      comment: "One tap of randomness; hashing needs node:crypto too, but only where keys and files are.",
      from: { path: "^src/", pathNot: "^src/(base/random|base/hash|table/|curator/ledger/|app/)" },
      to: { path: "^(node:)?crypto$" },
    },
    { name: "no-tests-in-src", severity: "error", comment: "Nothing shipped can reach a test's wiring.", from: { path: "^src/" }, to: { path: "^test/" } },
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: "tsconfig.json" }, doNotFollow: { path: "node_modules" }, exclude: { path: "\\.as\\.ts$" } },
};
