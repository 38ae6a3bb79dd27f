import { type AuditContext, shared } from "../context.js";
import { takeRows } from "../distance/mixed.js";
import { nearest } from "../distance/nearest.js";

const NEIGHBOURS = 5;
const SHARE = 0.01;
/** People looked at on either side, and rows of the population they are held against. */
const MOST_LOOKED_AT = 20_000;
const MOST_POPULATION = 5_000;
const LEAST = 10;

export interface Exposed {
  readonly members: Uint32Array;
  readonly others: Uint32Array;
}

/**
 * The 1 % of people most unlike the rest: greatest mean distance to their five nearest in the population ("Achilles' heels", Meeus et al.
 * 2023). Learnt from and held out are taken by one threshold and held against people of neither part, so that the two groups stay
 * comparable. Empty where either would hold fewer than ten.
 */
export function mostExposed(context: AuditContext): Exposed {
  return shared(context, "most exposed", () => {
    const none = { members: new Uint32Array(0), others: new Uint32Array(0) };
    const outside = context.referenceUnits.length > 0 ? context.holdoutUnits : context.holdoutUnits.subarray(0, Math.floor(context.holdoutUnits.length / 2));
    const members = context.trainUnits.subarray(0, MOST_LOOKED_AT);
    const others = outside.subarray(0, MOST_LOOKED_AT);
    const count = Math.floor(SHARE * (members.length + others.length));
    if (count === 0 || context.population.length < NEIGHBOURS) return none;
    const rows = Uint32Array.from([...members, ...others]);
    const found = nearest(takeRows(context.realPoints, rows), takeRows(context.realPoints, context.population.subarray(0, MOST_POPULATION)), NEIGHBOURS);
    const distance = Float64Array.from(rows, (_, i) => found.distances.subarray(NEIGHBOURS * i, NEIGHBOURS * (i + 1)).reduce((a, b) => a + b, 0));
    // Equal distances: by place in the seeded order of each part, the same share of both.
    const place = (i: number): number => (i < members.length ? i / members.length : (i - members.length) / others.length);
    const order = Array.from(rows, (_, i) => i).sort((a, b) => distance[b] - distance[a] || place(a) - place(b));
    const chosen = order.slice(0, count);
    const inside = chosen.filter((i) => i < members.length);
    if (inside.length < LEAST || count - inside.length < LEAST) return none;
    return {
      members: Uint32Array.from(inside, (i) => rows[i]),
      others: Uint32Array.from(
        chosen.filter((i) => i >= members.length),
        (i) => rows[i],
      ),
    };
  });
}
