import fc from 'fast-check';
import { type Contract, FORMATS, metaOf } from '../../schemas/endpoint.ts';

/** A number of a parameter's range, its ends and the places near them more often than chance would. */
function numberIn({
  min,
  max,
  least = 0,
}: {
  min: number;
  max: number;
  least?: number;
}): fc.Arbitrary<string> {
  const near = [min, max, 0, 1, -1, 1 - 1e-12, 1e-9, 0.5, 2, 100].filter((x) => x >= min && x <= max);
  return fc
    .oneof(
      fc.constantFrom(...near),
      fc.integer({ min: Math.ceil(min), max: Math.max(Math.ceil(min), Math.floor(Math.min(max, 1e6))) }),
      fc.double({ min: Math.max(min, 0), max: Math.min(max, 10), noNaN: true }),
      fc.double({ min, max, noNaN: true }),
      fc
        .tuple(fc.constantFrom(-1, 1), fc.integer({ min: -18, max: 3 }))
        .map(([sign, power]) => sign * 10 ** power),
    )
    .map((x) => String(x !== 0 && Math.abs(x) < least ? least : x));
}

/** A few numbers as a list or a range. */
function severalIn(bounds: { min: number; max: number }): fc.Arbitrary<string> {
  const one = numberIn(bounds);
  return fc.oneof(
    { weight: 6, arbitrary: one },
    { weight: 1, arbitrary: fc.array(one, { minLength: 1, maxLength: 3 }).map((list) => list.join()) },
    {
      weight: 1,
      arbitrary: fc.tuple(one, one, fc.integer({ min: 2, max: 4 })).map(([a, b, n]) => `${a}..${b}/${n}`),
    },
  );
}

const HOSTILE = [
  '',
  ' ',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e400',
  '-1e400',
  '0x10',
  '1e-400',
  '-0',
  'null',
  'undefined',
  '1..',
  '1..2',
  '1..2/1',
  '1..2/1e9',
  '1..2/9999',
  '1,,2',
  ',',
  '٣',
  '1_000',
  '__proto__',
  'constructor',
  'toString',
  '<script>',
  '"><svg onload=1>',
  "' OR 1=1 --",
  '../../etc/passwd',
  '%00',
  '\u0000',
  '\ud800',
  '=1+1',
  '9'.repeat(400),
  'a'.repeat(5000),
  '1,'.repeat(3000),
  '{}',
  '[]',
  'true',
];

/** Text that no parameter wants. */
export const garbage = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 20, unit: 'binary' }));

/** Formulas of activations: good ones, ones that the theory refuses, and attacks. */
export const formulas = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...[
        'x*tanh(log(1+exp(x)))',
        'max(x,0.1*x)',
        'x>0?x:exp(x)-1',
        'clip(x,-1,2)',
        'atan(x)',
        'x*exp(-x^2)',
        'relu(x)^2',
        'abs(x)>0.5?x:0',
      ],
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        'sin(x)',
        'exp(x)',
        '1/x',
        'x^9',
        'sqrt(abs(x))',
        '3',
        'tanh(1e9*x)',
        'sin(1e6*x)',
        'x.constructor',
        '__proto__',
        'this',
        'x=>x',
        '((((',
        '`x`',
      ],
      ...[
        'exp(exp(exp(x)))',
        'x^x^x^x',
        `${'tanh('.repeat(30)}x${')'.repeat(30)}`,
        `${'abs(x-1)*'.repeat(20)}x`,
        `${'-'.repeat(199)}x`,
        '9'.repeat(300),
      ],
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom(...'x+-*/^().,?:<>01e ', 'tanh(', 'exp(', 'abs(', 'max(x,', 'log('), {
        maxLength: 30,
      })
      .map((parts) => parts.join('')),
  },
);

/** A query of an endpoint: one of its examples with some values changed, or values of its own, and some garbage among them. */
export function queriesOf(contract: Contract): fc.Arbitrary<{ path: string; sane: boolean }> {
  return fc.oneof(...[{}, ...contract.examples].map((example) => queriesNear(contract, example)));
}

function queriesNear(
  { name, query }: Contract,
  example: Readonly<Record<string, string>>,
): fc.Arbitrary<{ path: string; sane: boolean }> {
  // (where there are many parameters most of them contradict others)
  const rare = Object.keys(query.shape).length > 40 ? 8 : 30;
  const members = Object.entries(query.shape).map(([parameter, schema]) => {
    const { bounds, names } = metaOf(schema);
    const usual = example[parameter];
    const other =
      parameter === 'formula'
        ? formulas
        : bounds
          ? severalIn(bounds)
          : names
            ? fc.constantFrom(...names)
            : fc.constant('1');
    const sane =
      usual === undefined
        ? other
        : fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
    const required = !schema.safeParse(undefined).success;
    const common = required || ['keep', 'sigma_b2', 'technique'].includes(parameter);
    // most parameters belong to one activation or technique: few at a time, or none of the queries is answered
    const often = required
      ? 990
      : usual !== undefined
        ? 900
        : common && Object.keys(example).length === 0
          ? 600
          : rare;
    return fc
      .tuple(sane, fc.noBias(fc.nat(999)), garbage, fc.nat(99))
      .map(([value, present, bad, spoiled]): [string, string, boolean] | undefined => {
        if (present >= often) return undefined;
        return spoiled < 2 ? [parameter, bad, false] : [parameter, value, true];
      });
  });
  const extra = fc
    .tuple(fc.nat(99), garbage, garbage)
    .map(([often, key, value]): [string, string, boolean] | undefined =>
      often < 3 ? [key, value, false] : undefined,
    );
  const format = fc
    .tuple(fc.nat(9), fc.constantFrom(...FORMATS))
    .map(([often, value]): [string, string, boolean] | undefined =>
      often < 1 ? ['format', value, true] : undefined,
    );
  const custom = fc.tuple(formulas, fc.nat(99));
  return fc.tuple(custom, fc.tuple(...members, extra, format)).map(([[formula, often], pairs]) => {
    const named = strengthened(pairs.filter((pair) => pair !== undefined));
    const given = 'formula' in query.shape ? withFormula(named, formula, often < 8) : named;
    const search = given.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
    return { path: `/v1/${name}?${search}`, sane: given.every(([, , sane]) => sane) };
  });
}

/** A custom activation has a formula, and some queries are made to ask about one. */
function withFormula(
  given: [string, string, boolean][],
  formula: string,
  asks: boolean,
): [string, string, boolean][] {
  const isCustom = given.some(([key, value]) => key === 'activation' && value === 'custom');
  if (!isCustom && !asks) return given;
  const others = given.filter(([key]) => key !== 'activation' && key !== 'formula');
  return [['activation', 'custom', true], ['formula', formula, true], ...others];
}

/** A technique mostly needs to know how strong its noise is. */
function strengthened(given: [string, string, boolean][]): [string, string, boolean][] {
  const has = (pattern: RegExp) => given.some(([key]) => pattern.test(key));
  return has(/^technique$/) && !has(/^(keep|drop|noise_.*)$/) ? [...given, ['keep', '0.9', true]] : given;
}

/** Lone surrogates have no encoding: a client cannot send them. */
export const encode = (text: string) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
