import { fault } from "../base/errors.js";
import type { Domain } from "../domain/column.js";
import type { Goal } from "../domain/workload.js";
import type { Method, MethodName } from "../formats/method.js";
import { requireRoom } from "./aim/room.js";

/** A method and, in words, why it was chosen. */
export interface ChosenMethod {
  readonly method: Method;
  readonly reason: string;
}

/** What `auto` stands for, from the schema and the account alone: nothing is looked at and nothing is spent. */
export function chooseMethod(asked: MethodName, domain: Domain, account: "zcdp" | "pure", goal: Goal = {}): ChosenMethod {
  const directed = goal.workload !== undefined || goal.modelCells !== undefined;
  if (directed && asked !== "aim" && asked !== "auto")
    throw fault(
      "DPS-E128",
      "--method",
      "aim (or auto) where a workload or the model's largest size is given",
      asked,
      "Only aim follows a workload and a size cap: use --method aim, or leave them out.",
    );
  if ((asked === "mosaic" || asked === "aim" || directed) && account === "pure")
    throw fault("DPS-E124", "--method", "a method with a pure price, where the account is pure", asked, "Use --method auto without a workload, or a budget whose delta is above 0.");
  if (asked === "aim" || directed) {
    const sizes = domain.columns.map((c) => c.size);
    requireRoom(sizes, goal.modelCells);
    return { method: "aim", reason: asked === "aim" ? "asked for" : "a workload or a cap on the model was given, and aim is the method that follows them" };
  }
  if (asked !== "auto") return { method: asked, reason: "asked for" };
  if (domain.columns.length < 2) return { method: "independent", reason: "one column has no dependence to learn" };
  if (account === "pure") return { method: "privbayes", reason: "the account is pure, and mosaic's Gaussian noise has no pure price; of the methods that have one it is the most accurate" };
  return { method: "mosaic", reason: "the most accurate of the methods on every benchmark table; it decides on one-ways, pairs and their levels from the noisy number of rows" };
}
