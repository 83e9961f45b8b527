/**
 * Rectangles of complex numbers, and functions of them: each result holds every value that the function takes on the rectangle, up to
 * rounding. Where a function is not analytic on it the result is {@link NOWHERE}.
 */

/** Real part from a to b, imaginary part from c to d. */
export type Box = readonly [a: number, b: number, c: number, d: number];

/** What holds no number: the function is not analytic there, or its values overflow. */
export const NOWHERE: Box = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];

export const point = (x: number): Box => [x, x, 0, 0];

export const add = (u: Box, v: Box): Box => [u[0] + v[0], u[1] + v[1], u[2] + v[2], u[3] + v[3]];
export const negate = (u: Box): Box => [-u[1], -u[0], -u[3], -u[2]];
export const subtract = (u: Box, v: Box): Box => [u[0] - v[1], u[1] - v[0], u[2] - v[3], u[3] - v[2]];

type Interval = readonly [low: number, high: number];

function times([a, b]: Interval, [c, d]: Interval): Interval {
  if (Number.isNaN(a) || Number.isNaN(b) || Number.isNaN(c) || Number.isNaN(d))
    return [Number.NaN, Number.NaN];
  // (0 times infinity is 0 where the infinity is a bound)
  const products = [a * c, a * d, b * c, b * d].map((x) => (Number.isNaN(x) ? 0 : x));
  return [Math.min(...products), Math.max(...products)];
}

const real = (u: Box): Interval => [u[0], u[1]];
const imaginary = (u: Box): Interval => [u[2], u[3]];
export const isReal = (u: Box): boolean => u[2] === 0 && u[3] === 0;
const isNowhere = (u: Box): boolean => Number.isNaN(u[0] + u[1] + u[2] + u[3]);

export function multiply(u: Box, v: Box): Box {
  if (isNowhere(u) || isNowhere(v)) return NOWHERE;
  const both = times(real(u), real(v));
  if (isReal(u) && isReal(v)) return [both[0], both[1], 0, 0];
  const apart = times(imaginary(u), imaginary(v));
  const [one, other] = [times(real(u), imaginary(v)), times(imaginary(u), real(v))];
  return [both[0] - apart[1], both[1] - apart[0], one[0] + other[0], one[1] + other[1]];
}

/** The squares of an interval. */
function square([a, b]: Interval): Interval {
  const [low, high] = [Math.min(a * a, b * b), Math.max(a * a, b * b)];
  return [a <= 0 && b >= 0 ? 0 : low, high];
}

export function squared(u: Box): Box {
  const [across, up] = [square(real(u)), square(imaginary(u))];
  const mixed = times(real(u), imaginary(u));
  return [across[0] - up[1], across[1] - up[0], 2 * mixed[0], 2 * mixed[1]];
}

/** 1/z = z̄ / |z|². */
export function invert(u: Box): Box {
  const [across, up] = [square(real(u)), square(imaginary(u))];
  const size: Interval = [across[0] + up[0], across[1] + up[1]];
  if (!(size[0] > 0 && size[1] < Number.POSITIVE_INFINITY)) return isReal(u) ? invertReal(u) : NOWHERE;
  if (isReal(u)) return invertReal(u);
  const inverse: Interval = [1 / size[1], 1 / size[0]];
  const [re, im] = [times(real(u), inverse), times([-u[3], -u[2]], inverse)];
  return [re[0], re[1], im[0], im[1]];
}

const invertReal = ([a, b]: Box): Box => (a > 0 || b < 0 ? [1 / b, 1 / a, 0, 0] : NOWHERE);

export const divide = (u: Box, v: Box): Box => multiply(u, invert(v));

/** u to a whole power of at least 1. */
export function power(u: Box, n: number): Box {
  if (n === 1) return u;
  const half = power(u, Math.floor(n / 2));
  return n % 2 === 0 ? squared(half) : multiply(squared(half), u);
}

/** The cosines of an interval. */
function cosines([c, d]: Interval): Interval {
  if (!(d - c < 2 * Math.PI)) return [-1, 1];
  const [one, other] = [Math.cos(c), Math.cos(d)];
  const turns = (at: number) => Math.floor((d - at) / (2 * Math.PI)) - Math.floor((c - at) / (2 * Math.PI));
  return [turns(Math.PI) > 0 ? -1 : Math.min(one, other), turns(0) > 0 ? 1 : Math.max(one, other)];
}

const sines = ([c, d]: Interval): Interval =>
  c === 0 && d === 0 ? [0, 0] : cosines([c - Math.PI / 2, d - Math.PI / 2]);

export function exp(u: Box): Box {
  const size: Interval = [Math.exp(u[0]), Math.exp(u[1])];
  if (isReal(u)) return [size[0], size[1], 0, 0];
  const [re, im] = [times(size, cosines(imaginary(u))), times(size, sines(imaginary(u)))];
  return [re[0], re[1], im[0], im[1]];
}

/** The principal logarithm; nowhere on a rectangle that touches its cut, the negative real numbers and 0. */
export function log(u: Box): Box {
  const [a, b, c, d] = u;
  if (isNowhere(u) || (a <= 0 && c <= 0 && d >= 0)) return NOWHERE;
  if (isReal(u)) return [Math.log(a), Math.log(b), 0, 0];
  const nearest = (low: number, high: number) => (low > 0 ? low : high < 0 ? -high : 0);
  const farthest = (low: number, high: number) => Math.max(Math.abs(low), Math.abs(high));
  const angles = [Math.atan2(c, a), Math.atan2(c, b), Math.atan2(d, a), Math.atan2(d, b)];
  return [
    Math.log(Math.hypot(nearest(a, b), nearest(c, d))),
    Math.log(Math.hypot(farthest(a, b), farthest(c, d))),
    Math.min(...angles),
    Math.max(...angles),
  ];
}

const ONE = point(1);
const TWO = point(2);
/** (what is nowhere lies on the right: nothing is turned over for ever) */
const isRight = (u: Box) => !(u[0] + u[1] < 0);

export const exponential = (u: Box, p: Box): Box => exp(multiply(p, log(u)));
export const sqrt = (u: Box): Box => exponential(u, point(0.5));
export const cbrt = (u: Box): Box =>
  isRight(u) ? exponential(u, point(1 / 3)) : negate(exponential(negate(u), point(1 / 3)));

export function cosh(u: Box): Box {
  if (isReal(u)) return [...coshOf(real(u)), 0, 0];
  const e = exp(u);
  return multiply(point(0.5), add(e, invert(e)));
}

export const sinh = (u: Box): Box =>
  isReal(u) ? [...sinhOf(real(u)), 0, 0] : multiply(point(0.5), subtract(exp(u), exp(negate(u))));

export function sin(u: Box): Box {
  const [sine, cosine] = [sines(real(u)), cosines(real(u))];
  if (isReal(u)) return [sine[0], sine[1], 0, 0];
  const [re, im] = [times(sine, coshOf(imaginary(u))), times(cosine, sinhOf(imaginary(u)))];
  return [re[0], re[1], im[0], im[1]];
}

export const cos = (u: Box): Box => sin([u[0] + Math.PI / 2, u[1] + Math.PI / 2, u[2], u[3]]);

const sinhOf = ([c, d]: Interval): Interval => [Math.sinh(c), Math.sinh(d)];
const coshOf = ([c, d]: Interval): Interval => {
  const [low, high] = [Math.cosh(c), Math.cosh(d)];
  return [c <= 0 && d >= 0 ? 1 : Math.min(low, high), Math.max(low, high)];
};

export function sigmoid(u: Box): Box {
  if (isRight(u)) return invert(add(ONE, exp(negate(u))));
  // eˣ / (1 + eˣ)
  const e = exp(u);
  return divide(e, add(ONE, e));
}

export function tanh(u: Box): Box {
  if (!isRight(u)) return negate(tanh(negate(u)));
  return subtract(multiply(TWO, invert(add(ONE, exp(multiply(point(-2), u))))), ONE);
}

/** 1 / cosh². */
export function sech2(u: Box): Box {
  const e = exp(multiply(point(isRight(u) ? -2 : 2), u));
  return multiply(multiply(point(4), e), invert(squared(add(ONE, e))));
}

export function softplus(u: Box): Box {
  return isRight(u) ? add(u, log(add(ONE, exp(negate(u))))) : log(add(ONE, exp(u)));
}

/** The inverse hyperbolic sine. */
export function asinh(u: Box): Box {
  if (!isRight(u)) return negate(asinh(negate(u)));
  return log(add(u, sqrt(add(ONE, squared(u)))));
}

/** The inverse tangent: (log(1 + iz) − log(1 − iz)) / 2i. */
export function atan(u: Box): Box {
  if (isReal(u)) return [Math.atan(u[0]), Math.atan(u[1]), 0, 0];
  const turned: Box = [-u[3], -u[2], u[0], u[1]];
  const [a, b, c, d] = subtract(log(add(ONE, turned)), log(subtract(ONE, turned)));
  return [c / 2, d / 2, -b / 2, -a / 2];
}

/** A function from its value in the middle of the rectangle, and its derivative all over it. */
export function aboutMiddle(value: (x: number) => number, derivative: (u: Box) => Box): (u: Box) => Box {
  return (u) => {
    const middle = (u[0] + u[1]) / 2;
    const about: Box = [u[0] - middle, u[1] - middle, u[2], u[3]];
    return add(point(value(middle)), multiply(derivative(u), about));
  };
}

/** The density of the standard normal distribution. */
export const density = (u: Box): Box =>
  multiply(point(1 / Math.sqrt(2 * Math.PI)), exp(multiply(point(-0.5), squared(u))));
