import { describe, expect, it } from "vitest";
import { rational } from "../../src/base/rational.js";
import type { Domain } from "../../src/domain/column.js";
import type { Door } from "../../src/domain/door.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import type { Receipt } from "../../src/formats/ledger.js";
import { bodySha256 } from "../../src/formats/model.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { fitModel } from "../../src/synth/fit-model.js";
import { tinySchema } from "../support/cli/workspace.js";

const domain: Domain = domainFromSchema(tableSchema.parse(tinySchema), "tiny");

/** A door that answers each marginal with counts a little below `count`, and notes what its receipt was asked for. */
function door(count: number): { door: Door; commits: (string | undefined)[] } {
  const commits: (string | undefined)[] = [];
  const answering: Door = {
    account: "zcdp",
    maxRows: 1,
    measure: async (requests) =>
      requests.map(({ clique, view }) => {
        const cells = clique.reduce((n, c) => n * (view?.[c]?.size ?? domain.columns[c].size), 1);
        return { clique, counts: Float64Array.from({ length: cells }, (_, i) => count - ((i * i * 31) % 50)), noise: "discrete-gaussian", variance: rational(1) };
      }),
    select: async () => [0],
    left: () => rational(1, 10),
    receipt: async (modelSha256) => {
      commits.push(modelSha256);
      return { fit: "fit-1" } as Receipt;
    },
  };
  return { door: answering, commits };
}

describe("a fit's commit", () => {
  it("comes after the model is made, once, and names it", async () => {
    const { door: d, commits } = door(100);
    const model = await fitModel("mst", d, domain, undefined);
    expect(commits).toEqual([bodySha256(model)]);
  });

  it("does not come where estimation fails: the reservation stays open and counts in full", async () => {
    const { door: d, commits } = door(100);
    const fails = fitModel("mst", d, domain, undefined, (stage) => {
      if (stage === "estimate") throw new Error("killed");
    });
    await expect(fails).rejects.toThrow("killed");
    expect(commits).toEqual([]);
  });

  it("names a model that can be loaded, whatever the noise: its total is at most 1e15", async () => {
    const { total } = await fitModel("independent", door(2 ** 53 - 1).door, domain, undefined);
    expect(total).toBe(1e15);
  });
});
