import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import {
  ACTIVATIONS,
  type Activation,
  averageErrors,
  depthScales,
  Meter,
  ParameterError,
  plainMean,
  plainNetwork,
  plainSquare,
} from '../theory/index.ts';
import { activationOf } from './formula.ts';
import { FORMULA_LIMITS, parseFormula } from './parse-formula.ts';

const phiOf = (text: string) => {
  const { tape, phi } = parseFormula(text);
  return tape.compile(phi);
};

describe('what a formula means', () => {
  it.each([
    ['-x^2', 3, -9],
    ['(-x)^2', 3, 9],
    ['2^-x', 2, 0.25],
    ['2^x^2', 2, 16],
    ['-2^-x^2', 1, -0.5],
    ['1-2*x-3', 1, -4],
    ['x/2/2', 8, 2],
    ['2*pi*x/e', 1, (2 * Math.PI) / Math.E],
    ['x>1?x:-x', 1, -1],
    ['x>=1?x:-x', 1, 1],
    ['x<0 ? 1 : x < 2 ? 2 : 3', 1, 2],
    ['max(x,2)+min(x,2)+clip(x,0,1)', 5, 8],
    ['pow(x,3)+pow(2,x)', 3, 35],
    ['x**2+ -1', 2, 3],
    ['1e-1*x + .5', 1, 0.6],
    ['sign(x-1)+step(x)', 0.5, 0],
  ])('%s at %d is %d', (text, x, y) => expect(phiOf(text)(x)).toBeCloseTo(y, 14));
});

test('derivatives are those of differences', () => {
  const texts = [
    ...[
      'x*tanh(log(1+exp(x)))',
      'x/(1+exp(-x))',
      'log1p(x^2)',
      'cbrt(2+x^2)',
      'sqrt(1+x^2)',
      'pow(2+x^2,1.3)',
    ],
    ...[
      'sin(x)*cos(2*x)',
      'tan(x/4)',
      'sinh(x)/cosh(x)^2',
      'asinh(x)*atan(x)',
      'erf(x)*gelu(x)',
      'silu(x)-softplus(x)',
    ],
    ...[
      '(2+sin(x))^x',
      'expm1(x)*sigmoid(x)',
      '1/(2+x)^3',
      'abs(x)*max(x,0.3*x)',
      'x>0.2?x^3:exp(x)',
      'relu(x-1)*sign(x)',
    ],
  ];
  for (const text of texts) {
    const { tape, phi, derivative } = parseFormula(text);
    const [value, slope] = [tape.compile(phi), tape.compile(derivative)];
    for (const x of [-1.3, -0.4, 0.6, 1.7]) {
      const h = 1e-3;
      // the five-point rule, whose error is of the order of h⁴
      const difference =
        (8 * (value(x + h) - value(x - h)) - (value(x + 2 * h) - value(x - 2 * h))) / (12 * h);
      expect(Math.abs(slope(x) - difference), `${text} at ${x}`).toBeLessThan(
        1e-9 * (1 + Math.abs(difference)),
      );
    }
  }
});

/** Activations of the catalogue, as formulas. */
const SAME: Readonly<Record<string, string>> = {
  linear: 'x',
  relu: 'max(x,0)',
  leaky_relu: 'x>0?x:0.01*x',
  abs: 'abs(x)',
  tanh: '(exp(x)-exp(-x))/(exp(x)+exp(-x))',
  hard_tanh: 'clip(x,-1,1)',
  erf: 'erf(x)',
  sigmoid: '1/(1+exp(-x))',
  softplus: 'log(1+exp(x))',
  elu: 'x>0?x:exp(x)-1',
  gelu: '0.5*x*(1+erf(x/sqrt(2)))',
  gelu_tanh: '0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))',
  silu: 'x/(1+exp(-x))',
  mish: 'x*tanh(log(1+exp(x)))',
  softsign: 'x/(1+abs(x))',
  hard_swish: 'x*clip(x+3,0,6)/6',
  relu6: 'min(max(x,0),6)',
  tanhshrink: 'x-tanh(x)',
  softshrink: 'x>0.5?x-0.5:x<-0.5?x+0.5:0',
  hard_sigmoid: 'clip(x/6+0.5,0,1)',
  log_sigmoid: 'log(1/(1+exp(-x)))',
  relu_squared: 'relu(x)^2',
};

const networkOf = (activation: Activation, sigma_w2: number, sigma_b2 = 0.05) =>
  plainNetwork({
    ...{ activation, sigma_w2, sigma_b2, technique: 'bernoulli', keep: 0.9, mask: 'independent', q0: 1 },
  });

describe('an activation of the catalogue, written as a formula', () => {
  it.each(Object.entries(SAME))('%s as %s has the same depth scales', (name, text) => {
    const [own, known] = [activationOf(text), ACTIVATIONS[name as keyof typeof ACTIVATIONS]];
    expect(own.parity).toBe(known.parity);
    expect(own.homogeneous).toBe(known.homogeneous);
    for (const sigma_w2 of [0.8, 1.7]) {
      const [found, wanted] = [own, known].map((phi) => depthScales(networkOf(phi, sigma_w2)));
      expect(found?.status).toBe(wanted?.status);
      for (const column of ['q_star', 'c_star', 'chi_q', 'chi_1', 'chi_c', 'xi_2'] as const) {
        const [one, other] = [found?.[column] ?? null, wanted?.[column] ?? null];
        if (one === null || other === null) expect(one, column).toBe(other);
        else
          expect(Math.abs(one - other), column).toBeLessThanOrEqual(1e-10 * Math.max(Math.abs(other), 1e-3));
      }
    }
  });
});

describe('averages of formulas, and those that mpmath computed', () => {
  type Recorded = { readonly formula: string } & Readonly<
    Record<'q' | 'c' | 'mean' | 'second_moment' | 'derivative_second_moment' | 'kernel', number>
  >;
  const { rows } = JSON.parse(
    readFileSync(new URL('../fixtures/formulas/averages.json', import.meta.url), 'utf8'),
  ) as { rows: Recorded[] };
  it.each(rows)('$formula at q $q, c $c', ({ formula, q, c, ...wanted }) => {
    const activation = activationOf(formula);
    const own = activation.moments(q);
    const square = plainSquare(activation, q, own);
    const kernel = square - q * activation.pair(q)(1 - c).gap;
    const size = wanted.second_moment;
    expect(Math.abs(plainMean(activation, q, own) - wanted.mean)).toBeLessThan(1e-12 * Math.sqrt(size));
    expect(Math.abs(square / size - 1)).toBeLessThan(1e-12);
    expect(Math.abs(own.slope2 / wanted.derivative_second_moment - 1)).toBeLessThan(1e-12);
    expect(Math.abs(kernel - wanted.kernel)).toBeLessThan(1e-12 * size);
  });
});

describe('where a formula bends', () => {
  it('finds kinks to the last digit', () => {
    expect(activationOf('abs(x-0.3)-abs(x+0.7)').kinks).toEqual([-0.7, 0.3]);
    const [left, middle, right] = activationOf('max(tanh(x),x/4)').kinks as [number, number, number];
    expect([left, middle]).toEqual([-right, 0]);
    expect(Math.abs(Math.tanh(right) - right / 4)).toBeLessThan(3e-16);
    expect(activationOf('abs(x)*x/(1+x^2)', [0.5]).kinks).toEqual([0, 0.5]);
    expect(activationOf('clip(x,-1,1)').steps).toBeUndefined();
    expect(
      activationOf('abs(x)>0.5?x:0').steps?.map(({ at, from, to }) =>
        [at, from, to].map((x) => Number(x.toFixed(12))),
      ),
    ).toEqual([
      [-0.5, -0.5, 0],
      [0.5, 0, 0.5],
    ]);
  });

  it('finds a kink behind a jump, and parabolas behind a kink', () => {
    const stepped = activationOf('max((x>0.7?3.8:1)-x,3)');
    expect(stepped.kinks.map((x) => Number(x.toFixed(12)))).toEqual([-2, 0.7, 0.8]);
    expect(stepped.phi(0.75)).toBeCloseTo(3.05, 12);
    const bent = activationOf('max(x,2)^2');
    // 4 Φ(t) + ∫ q z² over z > t, with t = 2/√q, to the fourth power: by Simpson's rule
    const [q, n] = [1, 40_000];
    let sum = 0;
    for (let i = 0; i <= n; i++) {
      const z = 2 + (10 * i) / n;
      const weight = (i === 0 || i === n ? 1 : i % 2 ? 4 : 2) * (10 / n / 3);
      sum += (weight * (z ** 4 - 16) * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
    }
    expect(Math.abs(plainSquare(bent, q) / (16 + sum) - 1)).toBeLessThan(1e-12);
  });

  it('sees a spike far away, which values alone would miss', () => {
    const near = (at: number) =>
      activationOf(`tanh(x)+exp(-(x-${at})^2)`).features.some((one) => Math.abs(one.at - at) < 1);
    expect([1000.3, 12_345.6, -777.7].map(near)).toEqual([true, true, true]);
    expect(activationOf('tanh(x)+exp(-(x-1000.3)^2)').parity).toBe('none');
    expect(averageErrors(activationOf('tanh(x)+exp(-1e4*(x-0.3)^2)'), 1, 0.3).ratio).toBeLessThan(1e-13);
  });

  it('follows the tails', () => {
    expect(activationOf('asinh(x)').asymptote).toEqual([0, 0]);
    expect(activationOf('x*erf(x)').asymptote).toEqual([-1, 1]);
    expect(activationOf('relu(x)^2').asymptote).toEqual([0, Number.POSITIVE_INFINITY]);
    // (exp overflows long after both branches are straight)
    const sharp = activationOf('x>0?x:exp(x)*x');
    expect([sharp.phi(800), sharp.derivative(800), sharp.phi(-1000)]).toEqual([800, 1, -0]);
  });

  it('has several fixed points where φ(x)/x rises, though φ is odd and bounded', () => {
    const { status, fixed_points } = depthScales(networkOf(activationOf('4*tanh(x)^3'), 1.7, 0.001));
    expect([status, fixed_points.map(({ stable }) => stable)]).toEqual(['bistable', [true, false, true]]);
  });
});

const refusalOf = (text: string): string => {
  try {
    activationOf(text);
    return '';
  } catch (error) {
    expect(error, text).toBeInstanceOf(ParameterError);
    expect((error as ParameterError).parameter).toBe('formula');
    return (error as ParameterError).message;
  }
};

describe('what is refused', () => {
  it.each([
    ['', /empty/],
    ['3', /not a function of x/],
    ['0*x', /not a function of x/],
    ['x-x', /not a function of x/],
    ['log(x)', /not finite at x = 0/],
    ['1/x', /not finite at x = 0/],
    ['1/(x-0.3)', /too steep/],
    ['tan(x)', /too steep|does not settle/],
    ['exp(x)', /not finite at x = 709/],
    ['x^3', /grows as x\^3/],
    ['x^2', /both sides/],
    ['sqrt(abs(x))', /too steep at x = 0/],
    ['cbrt(x)', /too steep/],
    ['abs(x)^1.5', /too steep or not smooth near x = /],
    ['sin(1/x)', /not finite/],
    ['sin(x)', /does not settle/],
    ['x*sin(x)', /does not settle/],
    ['abs(sin(x))', /more than 64 kinks/],
    ['sign(x)', /constant/],
    ['sign(x)+x', /jumps at x = 0/],
    ['x^2>0?x:5', /jumps at x = 0/],
    ['step(x-1)+tanh(x)', /Only a φ of straight lines may jump/],
    ['y', /"y" is not known/],
    ['2x', /cannot be read/],
    ['2 x', /several expressions/],
    ['x(1)', /Write \* between/],
    ['tanh', /needs brackets/],
    ['tanh()', /takes 1 argument/],
    ['max(x)', /takes 2 arguments/],
    ['(x>0)*x', /comparison stands before \?/],
    ['x ? 1 : 2', /Before \? stands one comparison/],
    ['x == 0 ? 1 : x', /Before \? stands one comparison/],
    ['x=1', /operator = is not known|cannot be read/],
    ['()', /nothing between/],
    ['x+', /cannot be read/],
    ['1e400*x', /too large a number/],
  ])('%s', (text, why) => expect(refusalOf(text)).toMatch(why));

  it.each([
    ...[
      'constructor',
      '__proto__',
      'x.constructor',
      'x["constructor"]',
      'toString()',
      'this',
      'x.constructor("return 1")()',
    ],
    ...[
      '[x]',
      '[1,2][0]*x',
      '`x`',
      "'x'",
      '"x"',
      'x=>x',
      'x=5',
      'x;x',
      'eval(x)',
      'Function(x)',
      'hasOwnProperty(x)',
      'new x',
    ],
    ...[
      'x?.y',
      '!x',
      '~x',
      'x|1',
      'x&1',
      'x%2',
      'x<<2',
      'valueOf',
      'constructor(x)',
      '__proto__(x)',
      '{}',
      'x\\u0028',
      'х',
      'x\u0000',
    ],
    ...[
      '('.repeat(200),
      `${'('.repeat(60)}x${')'.repeat(60)}`,
      '-'.repeat(190).concat('x'),
      `${'tanh('.repeat(39)}x`,
    ],
    ...[
      'x'.repeat(201),
      `x${'^x'.repeat(99)}`,
      `x${'?x'.repeat(60)}`,
      'x>'.repeat(60),
      '9'.repeat(200),
      '1e999*x',
      'x^1e300',
    ],
    ...[
      `exp(${'exp('.repeat(20)}x${')'.repeat(21)}`,
      'x^x',
      'sin(exp(x))',
      'sin(1e9*x)',
      'tanh(1e12*x)',
      '1/(1e-300+x^2)',
      'x^0.5',
      '1/0*x',
      '0/0+x',
    ],
  ])('an attack: %s', (text) => {
    const meter = new Meter(3e6);
    const message = meter.run(() => refusalOf(text));
    expect(message).not.toBe('');
    expect(message.length).toBeLessThan(420);
    expect(message).not.toMatch(/undefined|NaN is|not a function$|Cannot read/);
  });

  it('is cheap to refuse: nothing takes more than the work of a request', () => {
    const long = `${'sin(x)*'.repeat(28)}x`;
    expect(long.length).toBeLessThanOrEqual(FORMULA_LIMITS.characters);
    for (const text of [
      long,
      `tanh(${'x*'.repeat(90)}x)`,
      `${'abs(x-1)*'.repeat(20)}x`,
      `${'max(x,'.repeat(20)}1${')'.repeat(20)}`,
    ]) {
      const meter = new Meter(2.5e6);
      try {
        meter.run(() => activationOf(text));
      } catch (error) {
        expect((error as Error).constructor.name, text).toMatch(/ParameterError|OutOfWork/);
      }
      expect(meter.spent).toBeLessThanOrEqual(2.5e6);
    }
  });
});

test('the same formula costs the same, made or kept', () => {
  const spent = () => {
    const meter = new Meter();
    meter.run(() => activationOf('x*tanh(exp(-x^2)+x)'));
    return meter.spent;
  };
  const first = spent();
  expect(first).toBeGreaterThan(1000);
  expect(spent()).toBe(first);
  for (let k = 0; k < 70; k++) activationOf(`max(x,${k / 100}*x)`);
  expect(spent()).toBe(first);
});
