import type { Clique } from "../domain/clique.js";
import type { View } from "../domain/coarsening.js";
import type { ExactMarginal } from "../domain/marginal.js";

/** "How many rows in each cell?" Every engine counts the same cells of the same table; {@link countPlain} judges. */
export interface CountingEngine {
  /**
   * True marginals in the order asked, row-major over the codes of the view. Only the curator and the audit may
   * hold an engine. Marginals may be kept and handed out again: whoever changes counts copies them first.
   */
  count(cliques: readonly Clique[], view?: View): Promise<ExactMarginal[]>;
}
