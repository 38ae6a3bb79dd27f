// Arithmetic of the proximal dual and its quasi-Newton method on vectors of n doubles; vectors.ts says what each does.

// @ts-ignore: decorator
@inline
function two(at: usize, j: i32): v128 {
  return v128.load(at + (<usize>j << 3));
}

// @ts-ignore: decorator
@inline
function one(at: usize, j: i32): f64 {
  return load<f64>(at + (<usize>j << 3));
}

// @ts-ignore: decorator
@inline
function both(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

export function dot(a: usize, b: usize, n: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    even = f64x2.add(even, f64x2.mul(two(a, j), two(b, j)));
    odd = f64x2.add(odd, f64x2.mul(two(a, j + 2), two(b, j + 2)));
  }
  let sum = both(f64x2.add(even, odd));
  for (; j < n; j++) sum += one(a, j) * one(b, j);
  return sum;
}

export function combine(out: usize, a: usize, s: f64, b: usize, tiny: f64, n: i32): void {
  const ss = f64x2.splat(s);
  const least = f64x2.splat(tiny);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const x = f64x2.add(two(a, j), f64x2.mul(ss, two(b, j)));
    v128.store(out + (<usize>j << 3), v128.andnot(x, f64x2.lt(f64x2.abs(x), least)));
  }
  if (j < n) {
    const x = one(a, j) + s * one(b, j);
    store<f64>(out + (<usize>j << 3), Math.abs(x) < tiny ? 0 : x);
  }
}

export function largest(a: usize, n: i32): f64 {
  let most = f64x2.splat(0);
  let j = 0;
  for (; j + 2 <= n; j += 2) most = f64x2.max(most, f64x2.abs(two(a, j)));
  const pair = max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  return j < n ? max<f64>(pair, Math.abs(one(a, j))) : pair;
}

export function square(a: usize, variance: usize, n: i32): f64 {
  let sum2 = f64x2.splat(0);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const x = two(a, j);
    sum2 = f64x2.add(sum2, f64x2.div(f64x2.mul(x, x), two(variance, j)));
  }
  let sum = both(sum2);
  if (j < n) sum += (one(a, j) * one(a, j)) / one(variance, j);
  return sum;
}

export function inverseSquare(a: usize, mu: usize, variance: usize, rows: f64, tau: f64, n: i32): f64 {
  const r = f64x2.splat(rows);
  const t = f64x2.splat(tau);
  let sum2 = f64x2.splat(0);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const x = two(a, j);
    const curvature = f64x2.add(f64x2.mul(r, two(mu, j)), f64x2.mul(t, two(variance, j)));
    sum2 = f64x2.add(sum2, f64x2.div(f64x2.mul(x, x), curvature));
  }
  let sum = both(sum2);
  if (j < n) sum += (one(a, j) * one(a, j)) / (rows * one(mu, j) + tau * one(variance, j));
  return sum;
}

export function precondition(a: usize, s: f64, mu: usize, variance: usize, rows: f64, tau: f64, n: i32): void {
  const ss = f64x2.splat(s);
  const r = f64x2.splat(rows);
  const t = f64x2.splat(tau);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const curvature = f64x2.add(f64x2.mul(r, two(mu, j)), f64x2.mul(t, two(variance, j)));
    v128.store(a + (<usize>j << 3), f64x2.div(f64x2.mul(ss, two(a, j)), curvature));
  }
  if (j < n) store<f64>(a + (<usize>j << 3), (s * one(a, j)) / (rows * one(mu, j) + tau * one(variance, j)));
}

export function dual(gradient: usize, theta: usize, centre: usize, mu: usize, y: usize, variance: usize, rows: f64, tau: f64, n: i32): f64 {
  const r = f64x2.splat(rows);
  const t = f64x2.splat(tau);
  const half = f64x2.splat(0.5);
  let value2 = f64x2.splat(0);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const d = f64x2.sub(two(theta, j), two(centre, j));
    const pull = f64x2.mul(f64x2.mul(t, two(variance, j)), d);
    const noisy = two(y, j);
    value2 = f64x2.add(value2, f64x2.mul(d, f64x2.sub(f64x2.mul(half, pull), noisy)));
    v128.store(gradient + (<usize>j << 3), f64x2.add(f64x2.sub(f64x2.mul(r, two(mu, j)), noisy), pull));
  }
  let value = both(value2);
  if (j < n) {
    const d = one(theta, j) - one(centre, j);
    const pull = tau * one(variance, j) * d;
    value += d * (0.5 * pull - one(y, j));
    store<f64>(gradient + (<usize>j << 3), rows * one(mu, j) - one(y, j) + pull);
  }
  return value;
}
