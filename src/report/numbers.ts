/** A share as a percentage, with a space that does not break: "12.3 %"; more places below one per cent; "–" where there is no number. */
export function percent(x: number | null | undefined): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  const p = 100 * x;
  return `${Math.abs(p) < 1 && p !== 0 ? trim(p.toFixed(2)) : trim(p.toFixed(1))}\u00a0%`;
}

/** A plain number, three significant digits, powers of ten where very small or large; "–" where there is none. */
export function figure(x: number | null | undefined): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  if (Number.isInteger(x) && Math.abs(x) < 1e15) return count(x);
  if (Math.abs(x) >= 1e-3 && Math.abs(x) < 1e6) return minus(String(Number(x.toPrecision(3))));
  const [digits, power] = x.toExponential(2).split("e");
  const ten = `10${[...String(Number(power))].map((c) => RAISED[c]).join("")}`;
  const factor = String(Number(digits));
  return factor === "1" ? ten : `${minus(factor)} × ${ten}`;
}

const RAISED: Record<string, string> = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** A whole number with thin spaces between thousands. */
export function count(n: number): string {
  return minus(String(n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f"));
}

/** A value in the unit of its measure: AUCs, distances and ratios stay plain, rates become percentages. */
export function inMeasure(x: number | null | undefined, measure: string): string {
  return /^(rate|share|tvd|accuracy)$|^tpr/.test(measure) ? percent(x) : figure(x);
}

/** Largest factor by which odds can change, e^ε, rounded up to two significant digits. */
export function oddsFactor(epsilon: number): string {
  const factor = Math.exp(epsilon);
  if (!Number.isFinite(factor) || factor >= 1e6) return "more than a million";
  const unit = 10 ** (Math.floor(Math.log10(factor)) - 1);
  return figure(Number((Math.ceil(factor / unit) * unit).toPrecision(12)));
}

/** "one in a thousand million": δ in words, rounded against us; empty for 0. */
export function oneIn(delta: number): string {
  if (!(delta > 0)) return "never";
  const n = Math.floor((1 / delta) * (1 + 1e-12));
  const names: readonly [number, string][] = [
    [1e9, "thousand million"],
    [1e6, "million"],
    [1e3, "thousand"],
  ];
  for (const [size, name] of names) {
    if (n >= size) return `one in ${figure(Number(Math.floor(n / size).toPrecision(3)))} ${name}`.replace("in 1 ", "in a ");
  }
  return `one in ${n}`;
}

function trim(text: string): string {
  return minus(text.replace(/\.0+$/, "").replace(/(\.\d*?)0+$/, "$1"));
}

function minus(text: string): string {
  return text.replace("-", "\u2212");
}
