/** A row of `GET /v1/diagnose`. */
export type DiagnoseRow = Readonly<Record<string, unknown>> & {
  readonly advice: string;
  readonly status: string;
};

/** How near two numbers of a row are the same, relatively: those in its sentences have five digits. */
const TOLERANCE = 1e-9;
const same = (a: number, b: number) =>
  Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b), 1e-300);

/** Slopes so near to 1 are 1 but for rounding. */
const CRITICAL = 1e-9;

/**
 * What in a row of `GET /v1/diagnose` contradicts something else in it, as sentences; none for a row that agrees with itself.
 *
 * @param row as the API answers it
 */
export function contradictions(row: DiagnoseRow): string[] {
  const number = (name: string) => (typeof row[name] === 'number' ? (row[name] as number) : null);
  const { advice, status, gradient, phase } = row;
  const [chi_1, q_star, dies] = [number('chi_1'), number('q_star'), number('limit_low')];
  const [sigma_w2, sigma_b2] = [number('sigma_w2') ?? Number.NaN, number('sigma_b2') ?? Number.NaN];
  const [critical, w2, b2] = [
    number('critical_sigma_w2'),
    number('recommended_sigma_w2'),
    number('recommended_sigma_b2'),
  ];
  // (of φ that grows as x² chi_1 grows with q, and of φ that jumps chi_aligned is infinite)
  const infinite = status === 'diverges' && chi_1 === null && number('xi_1') === 0;
  const side = infinite ? 'exploding' : chi_1 === null ? null : sideOf(chi_1);
  const parts = row.chi_aligned === null && chi_1 !== null && phase === 'chaotic';
  const settles = ['ok', 'bistable', 'neutral'].includes(status);
  const given = w2 !== null && b2 !== null && same(w2, sigma_w2) && same(b2, sigma_b2);
  const offered = / at sigma_w2 ([\d.e+-]+), std/.exec(advice)?.[1];

  const checks: readonly (readonly [agrees: boolean, what: string])[] = [
    [gradient === side, `gradient ${gradient}, chi_1 ${chi_1}`],
    [
      phase === null || phase === 'noisy' || parts || phase === PHASES[side ?? ''],
      `phase ${phase}, chi_1 ${chi_1}`,
    ],
    [
      [...advice.matchAll(/Gradients are (\w+)/g)].every(([, word]) => word === gradient) &&
        (gradient === null) === !advice.includes('Gradients are'),
      `gradient ${gradient}, but: ${advice}`,
    ],
    [
      (chi_1 === null) === (number('gradient_factor') === null) || (chi_1 ?? 0) > 1e30,
      `gradient_factor ${row.gradient_factor}, chi_1 ${chi_1}`,
    ],
    [
      chi_1 === null ||
        number('gradient_factor') === null ||
        same(number('gradient_factor') ?? 0, chi_1 ** 10),
      `gradient_factor ${row.gradient_factor} is not chi_1 ${chi_1} to the tenth`,
    ],
    [infinite || scaleAgrees(number('xi_1'), chi_1, status), `xi_1 ${row.xi_1}, chi_1 ${chi_1}`],
    [scaleAgrees(number('xi_2'), number('chi_c'), status), `xi_2 ${row.xi_2}, chi_c ${row.chi_c}`],
    [(status === 'collapses') === (q_star === 0), `status ${status}, q_star ${q_star}`],
    [(status === 'collapses') === advice.includes('falls to 0, where'), `status ${status}, but: ${advice}`],
    [(status === 'diverges') === advice.includes('without bound'), `status ${status}, but: ${advice}`],
    [q_star !== null || !['ok', 'bistable'].includes(status), `status ${status} without q_star`],

    [(dies === null) === (row.limited_by === null), `limit_low ${dies}, limited_by ${row.limited_by}`],
    [dies !== null || row.reason !== null, 'limit_low is null without a reason'],
    [row.limited_by !== 'float_range' || !settles, `float32 ends a network of status ${status}`],
    [
      (row.limited_by === 'float_range') === advice.includes('float32'),
      `dies of ${row.limited_by}: ${advice}`,
    ],
    [
      dies === null || advice.includes(`after about ${Math.round(dies)} layers`),
      `limit_low ${dies}, but: ${advice}`,
    ],
    [
      dies !== null ||
        gradient === 'stable' ||
        gradient === null ||
        !/nothing limits|distinguishable/.test(advice),
      `gradients are ${gradient}, but: ${advice}`,
    ],

    [same(number('std') ?? 0, Math.sqrt(sigma_w2 / Number(row.fan_in))), `std ${row.std}`],
    [critical === null || (same(critical, w2 ?? 0) && b2 === sigma_b2), 'critical is not recommended'],
    [
      offered === undefined || (w2 !== null && Number(offered) === Number(w2.toPrecision(5))),
      `offered ${offered}, recommended ${w2}`,
    ],
    [gradient !== 'stable' || !advice.includes('They would keep'), `gradients are stable, but: ${advice}`],
    [!given || offered === undefined, `what was given is offered: ${advice}`],
    [
      offered !== undefined || w2 === null || given || gradient === 'stable',
      `sigma_w2 ${w2} is recommended, but not said: ${advice}`,
    ],
    [
      w2 === null ||
        b2 === sigma_b2 ||
        offered === undefined ||
        advice.includes(`sigma_b2 ${short(b2 ?? 0)}`),
      `sigma_b2 ${b2} goes with it, but: ${advice}`,
    ],
    [
      !given || gradient === 'stable' || critical === null || advice.includes('q starts at'),
      `sigma_w2 ${sigma_w2} is critical, but gradients are ${gradient}: ${advice}`,
    ],
    [advice.includes('plain stack'), `no plain stack: ${advice}`],
    [!/NaN|Infinity|undefined|null/.test(advice), advice],
  ];
  return checks.flatMap(([agrees, what]) => (agrees ? [] : [what]));
}

const short = (x: number) => String(Number(x.toPrecision(5)));

const sideOf = (chi_1: number) =>
  Math.abs(chi_1 - 1) <= CRITICAL ? 'stable' : chi_1 < 1 ? 'vanishing' : 'exploding';

/** The phase on each side of criticality, where inputs have no noise of their own. */
const PHASES: Record<string, string> = { stable: 'critical', vanishing: 'ordered', exploding: 'chaotic' };

/** Whether a depth scale is that of its slope: null where it is 1, or has no scale. */
function scaleAgrees(xi: number | null, chi: number | null, status: string): boolean {
  if (chi === null) return xi === null;
  const rate = Math.abs(Math.log(Math.abs(chi)));
  if (xi === null) return rate <= CRITICAL || status === 'neutral';
  if (xi === 0) return chi === 0;
  return Math.abs(xi * rate - 1) < 1e-6 || rate <= CRITICAL;
}
