import { describe, expect, it } from 'vitest';
import { call } from './testing/api.ts';

const rows = async (path: string) => {
  const response = await call(path);
  const body = (await response.json()) as { rows: Record<string, unknown>[]; detail?: string };
  expect([response.status, body.detail]).toEqual([200, undefined]);
  return body.rows;
};

const refused = async (path: string) => {
  const response = await call(path);
  const { detail, errors } = (await response.json()) as { detail: string; errors?: { pointer: string }[] };
  return { status: response.status, detail, pointer: errors?.[0]?.pointer };
};

describe('activations that people have', () => {
  // by adaptive quadrature, split at the kinks
  it.each([
    ['activation=tanhshrink&q=1', 0.18288347119352355],
    ['activation=hardshrink&q=1', 0.9691404042162731],
    ['activation=hard_sigmoid&q=1', 0.27763909105651263],
    ['activation=prelu&q=1&slope=0.25', 0.53125],
    ['activation=relu_squared&q=1', 1.5],
  ])('%s', async (query, second_moment) => {
    const [row] = await rows(`/v1/kernel?${query}`);
    expect(row?.second_moment).toBeCloseTo(second_moment, 12);
  });

  it.each([
    'tanhshrink',
    'softshrink',
    'hardshrink',
    'hard_sigmoid',
    'log_sigmoid',
    'celu',
    'prelu',
    'relu_squared',
  ])('%s is answered everywhere, null with a reason', async (activation) => {
    const network = `activation=${activation}&sigma_w2=0.9&sigma_b2=0.05&keep=0.95&q0=0.5`;
    for (const path of [
      `depth-scales?${network}`,
      `trajectory?${network.replace('&q0=0.5', '')}&q0=0.5&depth=8`,
      `critical?activation=${activation}&sigma_b2=0.05&keep=0.95&kind=chi_1,chi_aligned,variance`,
      `trainable-depth?${network}`,
      `advice?activation=${activation}&keep=0.95&depth=10&fan_in=200`,
      `diagnose?activation=${activation}&init=torch_default&fan_in=256&keep=0.95`,
      `schedule?${network.replace(/&keep=.*/, '')}&drop=0.05&depth=5`,
      `phase-diagram?activation=${activation}&measure=chi_aligned&sigma_w2=0.5..1/3&sigma_b2=0.01..0.05/3&keep=0.95`,
      `kernel?activation=${activation}&q=0.7&c=0.3&errors=yes`,
      `kernel?activation=${activation}&q=0.7&q_b=2&c=0.3`,
    ]) {
      const answer = await rows(`/v1/${path}`);
      expect(JSON.stringify(answer), path).not.toMatch(/NaN|Infinity/);
    }
    const [kernel] = await rows(`/v1/kernel?activation=${activation}&q=0.7&c=0.3&errors=yes`);
    expect(kernel?.error).toBeLessThan(1e-10);
  });

  it('hardshrink: chi_1 is a number, chi_aligned is infinite and says so', async () => {
    const [row] = await rows('/v1/depth-scales?activation=hardshrink&sigma_w2=0.8&sigma_b2=0.1&keep=0.95');
    expect(row).toMatchObject({ status: 'ok', chi_aligned: null, reason: 'unbounded' });
    expect(row?.chi_1).toBeGreaterThan(0);
    const [same] = await rows('/v1/kernel?activation=hardshrink&q=1&c=1');
    const [near] = await rows('/v1/kernel?activation=hardshrink&q=1&c=0.999999999999');
    expect(same?.derivative_kernel).toBe(same?.derivative_second_moment);
    expect(near?.derivative_kernel).toBeCloseTo(same?.derivative_second_moment as number, 5);
    const [none] = await rows('/v1/critical?activation=hardshrink&sigma_b2=0.05&kind=chi_aligned');
    expect(none).toMatchObject({ sigma_w2: null, status: 'none', reason: expect.stringContaining('jumps') });
  });
});

describe('names that people use', () => {
  it.each([
    ['swish', 'silu'],
    ['Tanh', 'tanh'],
    ['nn.ReLU', 'relu'],
    ['identity', 'linear'],
    ['leaky-relu', 'leaky_relu'],
  ])('activation=%s is answered as %s', async (given, name) => {
    const query = '&sigma_w2=2&sigma_b2=0.1&keep=0.9';
    const [found] = await rows(`/v1/depth-scales?activation=${given}${query}`);
    const [wanted] = await rows(`/v1/depth-scales?activation=${name}${query}`);
    expect(found).toEqual(wanted);
    expect(found?.activation).toBe(name);
  });

  it('techniques, inits and frameworks, too', async () => {
    const [row] = await rows(
      '/v1/diagnose?activation=ReLU&init=kaiming_normal_&fan_in=64&technique=GaussianDropout&keep=0.9',
    );
    expect(row).toMatchObject({ activation: 'relu', init: 'kaiming_normal', technique: 'gaussian' });
    expect(row?.sigma_w2).toBeCloseTo(2, 12);
  });

  it.each([
    ['activation=tanh&sigma_w2=2&keep_prob=0.9', '#/keep_prob', 'Did you mean "keep"?'],
    ['activation=tanh&sigma_w2=2&dropout_rate=0.1', '#/dropout_rate', 'Did you mean "drop"?'],
    ['activation=tanh&weight_variance=2', '#/activation', 'sigma_w2'],
    ['activation=tanh&sigma_w2=2&keep=90', '#/keep', 'give 0.9'],
    ['activation=tanh&sigma_w2=2&keep=90%25', '#/keep', 'give 0.9'],
    ['activation=tanh&sigma_w2=1:4:31', '#/sigma_w2', '1..4/31'],
    ['activation=tanh&sigma_w2=1..4', '#/sigma_w2', '1..4/31'],
    ['activation=jax.nn.gelu&sigma_w2=2', '#/activation', 'gelu_tanh'],
  ])('a hint for %s', async (query, pointer, wanted) => {
    const { status, detail, ...found } = await refused(`/v1/depth-scales?${query}`);
    expect(status).toBe(400);
    expect(detail).toContain(wanted);
    if (pointer !== '#/activation' || query.includes('jax')) expect(found.pointer).toBe(pointer);
  });
});

describe('a comma in txt', () => {
  it('is refused, because it may be a decimal one; csv and json have lists', async () => {
    const query = 'activation=tanh&sigma_w2=1,76&keep=0.95';
    const { status, detail, pointer } = await refused(`/v1/depth-scales.txt?field=xi_2&${query}`);
    expect([status, pointer]).toEqual([400, '#/sigma_w2']);
    expect(detail).toContain('write it with a point: 1.76');
    expect(await rows(`/v1/depth-scales?${query}`)).toHaveLength(2);
    const asked = await call(`/v1/depth-scales?format=txt&field=xi_2&${query}`);
    expect(asked.status).toBe(400);
    const right = await call(`/v1/depth-scales.txt?field=xi_2&${query.replace(',', '.')}`);
    expect(Number(await right.text())).toBeCloseTo(11.17, 2);
  });

  it('is no list where one value is one: keep_per_layer; and ranges stay', async () => {
    const layers = 'activation=tanh&sigma_w2=1.8&keep_per_layer=0.9,0.9,0.95&depth=3&field=c';
    expect((await call(`/v1/trajectory.txt?${layers}`)).status).toBe(200);
    const range = await call('/v1/depth-scales.txt?activation=tanh&sigma_w2=1..4/4&keep=0.9&field=xi_2');
    expect((await range.text()).split('\n')).toHaveLength(4);
  });
});

describe('snippets', () => {
  it.each([
    'pytorch',
    'keras',
    'jax',
  ])('%s: parameters and the affine map stand where they belong', async (framework) => {
    const snippet = async (query: string) => {
      const [row] = await rows(`/v1/advice?keep=0.9&depth=5&fan_in=64&framework=${framework}&${query}`);
      return row?.snippet as string;
    };
    const scaled = await snippet('activation=hardshrink&threshold=0.3&output_scale=2');
    expect(scaled).toMatch(/2\.0 \* (F\.hardshrink\(x, 0\.3\)|\w+\.where\(\w+\.abs\(x\) > 0\.3, x, 0\.0\))/);
    expect(await snippet('activation=prelu')).toMatch(/leaky_relu\(x, 0\.25\)/);
    expect(await snippet('activation=leaky_relu')).toMatch(/leaky_relu\(x, 0\.01\)/);
    expect(await snippet('activation=celu&alpha=2')).toMatch(/celu\(x, 2\.0\)|2\.0 \* ops\.elu\(x \/ 2\.0\)/);
  });
});

describe.each([
  ['activations', 'activation', 'technique=none'],
  ['techniques', 'technique', 'activation=tanh'],
])('the ranges that /v1/%s states', (catalogue, kind, rest) => {
  it('are those of queries', async () => {
    const range = /out of range|too small/;
    const complaint = async (entry: unknown, parameter: string, value: number) => {
      const query = `${rest}&${kind}=${entry}&sigma_w2=1&sigma_b2=0.1&${parameter}=${value}`;
      const response = await call(`/v1/depth-scales?${query}`);
      const { errors = [] } = (await response.json()) as { errors?: { pointer: string; detail: string }[] };
      return errors.find(({ pointer }) => pointer === `#/${parameter}`)?.detail ?? '';
    };
    for (const { name, parameters } of await rows(`/v1/${catalogue}`))
      for (const { name: parameter, min, max } of parameters as {
        name: string;
        min: number;
        max: number;
      }[]) {
        const outside = [min > 0 ? min / 2 : min - 1, max * 2 + 1];
        for (const end of [min, max])
          expect(await complaint(name, parameter, end), `${name} ${parameter}=${end}`).not.toMatch(range);
        for (const value of outside)
          expect(await complaint(name, parameter, value), `${name} ${parameter}=${value}`).toMatch(range);
      }
  });
});
