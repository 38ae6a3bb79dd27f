/** What `auto` prices a fit by that takes the whole of its budget; a bench's budget is wider, for it holds many fits. */
export function accountingOf(method) {
  return method === "mst" || method === "independent" ? "pld" : "gdp";
}
