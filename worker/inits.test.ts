import { describe, expect, it } from 'vitest';
import { INIT_NAMES, OWN_INITS, resolveInit } from '../catalogue/inits.ts';
import { call } from './testing/api.ts';

type Row = Record<string, number | string | null>;

const rowsOf = async (path: string): Promise<Row[]> => {
  const response = await call(`/v1/${path}`);
  const body = (await response.json()) as { rows?: Row[]; detail?: string };
  if (!body.rows) throw new Error(`${path}: ${body.detail}`);
  return body.rows;
};

const pointerOf = async (path: string) => {
  const response = await call(`/v1/${path}`);
  const { errors = [] } = (await response.json()) as { errors?: { pointer: string }[] };
  return [response.status, errors[0]?.pointer];
};

const SQUARE = 'fan_in=512&fan_out=512';

describe('what initialisers mean in /v1/diagnose', () => {
  it.each([
    // the defaults of the frameworks, whatever the activation
    ['activation=relu&init=kaiming_normal&fan_in=512', 2],
    ['activation=tanh&init=kaiming_uniform&fan_in=512', 2],
    ['activation=tanh&init=kaiming_fan_out&fan_in=512&fan_out=256', 4],
    ['activation=relu&init=keras_he_normal&fan_in=512', 2],
    // names
    ['activation=relu&init=he_uniform&fan_in=512', 2],
    ['activation=tanh&init=glorot_uniform&fan_in=300&fan_out=100', 1.5],
    ['activation=tanh&init=lecun_uniform', 1],
    ['activation=tanh&init=kaiming_normal_', 2],
    ['activation=tanh&init=mlx_he_normal', 1],
    ['activation=tanh&init=gaussian&gain=1.5', 2.25],
    // standard deviations
    ['activation=relu&init=truncated_normal&std=0.1&fan_in=784', 6.066131819831398],
    ['activation=relu&init=trunc_normal_&std=0.02&fan_in=784', 0.3136],
    ['activation=relu&init=random_uniform&minval=-0.1&maxval=0.1&fan_in=300', 1],
    ['activation=relu&std=0.1&fan_in=100', 1],
    // gains by name, as fractions, and of a nonlinearity
    [`activation=tanh&init=xavier_normal&gain=tanh&${SQUARE}`, 25 / 9],
    [`activation=tanh&init=xavier_normal&gain=5/3&${SQUARE}`, 25 / 9],
    [`activation=tanh&init=orthogonal&gain=relu&${SQUARE}`, 2],
    ['activation=tanh&gain=leaky_relu', 2 / 1.0001],
    ['activation=tanh&init=kaiming_normal&nonlinearity=tanh', 25 / 9],
    ['activation=leaky_relu&slope=0.2&init=kaiming_uniform&a=0.2', 2 / 1.04],
    // variance scaling
    [`activation=tanh&init=variance_scaling&scale=2&mode=fan_avg&fan_in=300&fan_out=100`, 3],
    [
      `activation=tanh&init=variance_scaling&scale=3&distribution=uniform&mode=fan_out&fan_in=300&fan_out=100`,
      9,
    ],
    // convolutions
    ['activation=relu&std=0.1&in_channels=64&kernel_size=3x3&groups=4', 1.44],
    ['activation=relu&std=0.1&in_channels=64&kernel_size=3', 5.76],
    ['activation=relu&std=0.1&in_channels=10&kernel_size=3x3x3', 2.7],
    ['activation=relu&init=kaiming_normal&mode=fan_out&in_channels=64&out_channels=128&kernel_size=3', 1],
    ['activation=relu&init=orthogonal&in_channels=64&out_channels=1152&kernel_size=3x3', 0.5],
  ])('%s: sigma_w2 %d', async (query, sigma_w2) => {
    const [row = {}] = await rowsOf(`diagnose?${query}`);
    expect(Math.abs((row.sigma_w2 as number) / sigma_w2 - 1)).toBeLessThan(1e-12);
  });

  it('takes gains in every form in one list, and names none that it did not take', async () => {
    const rows = await rowsOf(
      'diagnose?activation=tanh&init=xavier_normal&gain=tanh,5/3,1..2/3,relu&field=gain',
    );
    expect(rows.map(({ gain }) => gain)).toEqual([5 / 3, 5 / 3, 1, 1.5, 2, Math.SQRT2]);
    const [plain = {}] = await rowsOf('diagnose?activation=tanh&init=kaiming_normal');
    expect(plain).not.toHaveProperty('gain');
    expect(plain).toMatchObject({ fan_in: 256, fan_out: 256 });
  });

  it('has the biases of nn.Conv2d, by the inputs of one output', async () => {
    const query =
      'activation=relu&init=torch_default&in_channels=64&out_channels=128&kernel_size=3x3&groups=4';
    const [row = {}] = await rowsOf(`diagnose?${query}`);
    expect(row).toMatchObject({ sigma_w2: 1 / 3, fan_in: 144, fan_out: 1152, kernel_size: '3x3', groups: 4 });
    expect(row.sigma_b2).toBe(1 / 432);
  });

  it.each([
    ['init=keras_he_normal&gain=3', '#/gain'],
    ['init=he_normal&std=0.1', '#/std'],
    ['init=torch_default&mode=fan_out', '#/mode'],
    ['init=xavier_normal&nonlinearity=tanh', '#/nonlinearity'],
    ['init=kaiming_normal&gain=2&nonlinearity=tanh', '#/gain'],
    ['init=random_uniform&minval=0&maxval=1', '#/minval'],
    ['init=xavier_normal&gain=gelu', '#/gain'],
    ['gain=5/0', '#/gain'],
    ['mode=fan_out', '#/init'],
    ['gain=1&mode=fan_out', '#/mode'],
    ['gain=1&std=1', '#/std'],
    ['gain=1&kernel_size=3', '#/kernel_size'],
    ['gain=1&in_channels=3&kernel_size=3x', '#/kernel_size'],
    ['gain=1&in_channels=3&fan_in=3', '#/in_channels'],
    ['gain=1&in_channels=3&groups=2', '#/groups'],
    ['init=mlx_linear&in_channels=3', '#/in_channels'],
    ['init=gaussian&sigma_w2=1', '#/sigma_w2'],
  ])('refuses %s, and points at %s', async (query, pointer) => {
    expect(await pointerOf(`diagnose?activation=tanh&${query}`)).toEqual([400, pointer]);
  });
});

describe('one meaning of init', () => {
  /** The variances of many initialisers, thirty in a call: more take too much work for one. */
  const variances = async (endpoint: string, names: readonly string[], shape: string): Promise<Row[]> => {
    const found: Row[] = [];
    for (let i = 0; i < names.length; i += 30) {
      const init = names.slice(i, i + 30).join();
      const query = `activation=relu&init=${init}&${shape}&field=sigma_w2,sigma_b2`;
      found.push(...(await rowsOf(`${endpoint}?${query}`)));
    }
    return found;
  };

  it('holds in /v1/inits, /v1/diagnose and /v1/trainable-depth', async () => {
    const table = await rowsOf('inits');
    expect(table.map(({ name }) => name)).toEqual([...INIT_NAMES]);
    const complete = table.filter(({ sigma_w2 }) => sigma_w2 !== null);
    const names = complete.map(({ name }) => String(name));
    expect(INIT_NAMES.filter((name) => !names.includes(name))).toEqual(['uniform']);
    expect(await variances('diagnose', names, 'fan_in=256&fan_out=128')).toEqual(
      complete.map(({ sigma_w2, sigma_b2 }) => ({ sigma_w2, sigma_b2 })),
    );
    const isOwn = (name: string) => (OWN_INITS as readonly string[]).includes(resolveInit(name as 'normal'));
    const frameworks = names.filter((name) => !isOwn(name));
    expect(await variances('trainable-depth', frameworks, 'width=200')).toEqual(
      await variances('diagnose', frameworks, 'fan_in=200'),
    );
  });

  it('says what a parameter without a default is', async () => {
    for (const path of ['diagnose', 'trainable-depth']) {
      const response = await call(`/v1/${path}?activation=tanh&init=uniform`);
      expect([response.status, await response.text()]).toEqual([
        400,
        expect.stringContaining('uniform needs a and b'),
      ]);
    }
  });

  it('is what /v1/trainable-depth answers about', async () => {
    const settings = 'activation=relu&keep=0.9&width=100';
    const [named = {}] = await rowsOf(`trainable-depth?${settings}&init=kaiming_normal`);
    const [given = {}] = await rowsOf(`trainable-depth?${settings}&init=gaussian&sigma_w2=2`);
    expect(named).toEqual({ ...given, init: 'kaiming_normal' });
    const [uniform = {}] = await rowsOf(`trainable-depth?${settings}&init=torch_default`);
    expect(uniform).toMatchObject({ sigma_w2: 1 / 3, sigma_b2: 1 / 300 });
    expect(uniform.fitted_extrapolates).toContain('init');
    const [scaled = {}] = await rowsOf(
      `trainable-depth?${settings}&init=xavier_normal&sigma_w2=1.8&sigma_b2=0.1`,
    );
    expect(scaled).toMatchObject({ sigma_w2: 1.8, sigma_b2: 0.1 });
  });

  it.each([
    ['', '#/sigma_w2'],
    ['&init=orthogonal', '#/sigma_w2'],
    ['&init=kaiming_normal,gaussian', '#/sigma_w2'],
    ['&init=he_normal&sigma_w2=1', '#/sigma_w2'],
  ])('is refused there without its variances, or with those that it does not take: %s', async (query, pointer) => {
    expect(await pointerOf(`trainable-depth?activation=tanh${query}`)).toEqual([400, pointer]);
  });
});
