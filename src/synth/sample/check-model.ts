import { type DpsynthError, fault } from "../../base/errors.js";
import { domainFromSchema } from "../../domain/from-schema.js";
import type { ModelFile } from "../../formats/model.js";

/**
 * What a schema of types cannot say of a model: every table has the length of its shape, every learned column has
 * exactly one clique that adds it, sizes agree, and codes exist. A model that passes can be sampled without a throw.
 */
export function checkModel(model: ModelFile, path: string): void {
  const domain = domainFromSchema(model.schema, path);
  const bad = (key: string, must: string, is: string): DpsynthError => fault("DPS-E502", `${path}: ${key}`, must, is, "The file is damaged or was edited; fetch it again or fit again.");
  for (const { name, size } of domain.columns) {
    const groups = model.expansions[name];
    if (groups === undefined) throw bad(`expansions.${name}`, "present for every learned column", "missing");
    const codes = groups.flatMap((g) => g.codes).sort((a, b) => a - b);
    if (codes.length !== size || codes.some((c, i) => c !== i)) throw bad(`expansions.${name}`, "a partition of the column's codes", "not");
    if (groups.some((g) => g.codes.length === 0 || g.weights.length !== g.codes.length)) throw bad(`expansions.${name}`, "one weight a code", "not");
  }
  if (Object.keys(model.expansions).length !== domain.columns.length) throw bad("expansions", "of learned columns only", "naming others");
  const known = new Set<string>();
  model.cliques.forEach(({ columns, shape, weights }, i) => {
    const cells = shape.reduce((p, s) => p * s, 1);
    if (shape.length !== columns.length || weights.length !== cells) throw bad(`cliques[${i}].weights`, "as many as the shape has cells", "not");
    if (new Set(columns).size !== columns.length) throw bad(`cliques[${i}].columns`, "distinct", "not");
    columns.forEach((name, axis) => {
      const groups = Object.hasOwn(model.expansions, name) ? model.expansions[name] : undefined;
      if (groups === undefined || groups.length !== shape[axis]) throw bad(`cliques[${i}].shape[${axis}]`, "the number of its column's groups", "not");
    });
    if (columns.every((c) => known.has(c))) throw bad(`cliques[${i}]`, "adding a column", "adding none");
    if (!weights.some((w) => w > 0)) throw bad(`cliques[${i}].weights`, "positive somewhere", "all zero");
    for (const c of columns) known.add(c);
  });
  if (known.size !== domain.columns.length) throw bad("cliques", "covering every learned column", "leaving some out");
}
