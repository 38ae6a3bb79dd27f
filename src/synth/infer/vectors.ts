import { kernelBeside } from "../../base/kernel.js";

const PAGE = 65_536;

/** Differences below this are nothing: numbers too small to be normal make arithmetic a hundred times slower. */
const TINY = 1e-150;

/** Where the curvature of the proximal dual is taken: its diagonal is Nμ + τσ². */
export interface Curvature {
  readonly mu: Float64Array;
  readonly variance: Float64Array;
  /** N, in rows. */
  readonly rows: number;
  /** τ, per row. */
  readonly tau: number;
}

/** Vectors of one length, and the arithmetic of the proximal dual on them. All arguments are vectors of this space. */
export interface Vectors {
  /** A new vector of zeros; faults beyond the number that the space was opened for. */
  take(): Float64Array;
  /** Σ aᵢbᵢ */
  dot(a: Float64Array, b: Float64Array): number;
  /** out = a + s·b, numbers that are no longer normal becoming zero; `out` may be `a` or `b`. */
  combine(out: Float64Array, a: Float64Array, s: number, b: Float64Array): void;
  /** max |aᵢ| */
  largest(a: Float64Array): number;
  /** Σ aᵢ²/σᵢ² */
  square(a: Float64Array, variance: Float64Array): number;
  /** Σ aᵢ²/(Nμ + τσ²)ᵢ */
  inverseSquare(a: Float64Array, at: Curvature): number;
  /** a ← s·a/(Nμ + τσ²) */
  precondition(a: Float64Array, s: number, at: Curvature): void;
  /** g ← Nμ − y + τσ²(θ − c); returns −⟨θ − c, y⟩ + τ/2 Σ σ²(θ − c)². */
  dual(gradient: Float64Array, theta: Float64Array, centre: Float64Array, y: Float64Array, at: Curvature): number;
}

interface Kernel {
  dot(a: number, b: number, n: number): number;
  combine(out: number, a: number, s: number, b: number, tiny: number, n: number): void;
  largest(a: number, n: number): number;
  square(a: number, variance: number, n: number): number;
  inverseSquare(a: number, mu: number, variance: number, rows: number, tau: number, n: number): number;
  precondition(a: number, s: number, mu: number, variance: number, rows: number, tau: number, n: number): void;
  dual(gradient: number, theta: number, centre: number, mu: number, y: number, variance: number, rows: number, tau: number, n: number): number;
}

/** Space for `count` vectors of `length` doubles; `plain` forces the twin, for judging. */
export function openVectors(length: number, count: number, plain = false): Vectors {
  const module = plain ? null : kernelBeside(import.meta.url, "vectors.wasm");
  return module === null ? plainVectors(length) : kernelVectors(module, length, count);
}

function kernelVectors(module: WebAssembly.Module, n: number, count: number): Vectors {
  const bytes = (8 * n + 15) & ~15;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((16 + count * bytes) / PAGE), maximum: PAGE });
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
  let next = 16;
  return {
    take() {
      next += bytes;
      return new Float64Array(memory.buffer, next - bytes, n);
    },
    dot: (a, b) => kernel.dot(a.byteOffset, b.byteOffset, n),
    combine: (out, a, s, b) => kernel.combine(out.byteOffset, a.byteOffset, s, b.byteOffset, TINY, n),
    largest: (a) => kernel.largest(a.byteOffset, n),
    square: (a, variance) => kernel.square(a.byteOffset, variance.byteOffset, n),
    inverseSquare: (a, { mu, variance, rows, tau }) => kernel.inverseSquare(a.byteOffset, mu.byteOffset, variance.byteOffset, rows, tau, n),
    precondition: (a, s, { mu, variance, rows, tau }) => kernel.precondition(a.byteOffset, s, mu.byteOffset, variance.byteOffset, rows, tau, n),
    dual: (gradient, theta, centre, y, { mu, variance, rows, tau }) =>
      kernel.dual(gradient.byteOffset, theta.byteOffset, centre.byteOffset, mu.byteOffset, y.byteOffset, variance.byteOffset, rows, tau, n),
  };
}

/** Judge of the WebAssembly kernel, and what runs where SIMD is missing. */
function plainVectors(n: number): Vectors {
  const curvature = ({ mu, variance, rows, tau }: Curvature, i: number): number => rows * mu[i] + tau * variance[i];
  const sum = (term: (i: number) => number): number => {
    let total = 0;
    for (let i = 0; i < n; i += 1) total += term(i);
    return total;
  };
  return {
    take: () => new Float64Array(n),
    dot: (a, b) => sum((i) => a[i] * b[i]),
    combine(out, a, s, b) {
      for (let i = 0; i < n; i += 1) {
        const x = a[i] + s * b[i];
        out[i] = Math.abs(x) < TINY ? 0 : x;
      }
    },
    largest: (a) => a.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
    square: (a, variance) => sum((i) => (a[i] * a[i]) / variance[i]),
    inverseSquare: (a, at) => sum((i) => (a[i] * a[i]) / curvature(at, i)),
    precondition(a, s, at) {
      for (let i = 0; i < n; i += 1) a[i] = (s * a[i]) / curvature(at, i);
    },
    dual(gradient, theta, centre, y, at) {
      return sum((i) => {
        const d = theta[i] - centre[i];
        const pull = at.tau * at.variance[i] * d;
        gradient[i] = at.rows * at.mu[i] - y[i] + pull;
        return d * (0.5 * pull - y[i]);
      });
    },
  };
}
