import { describe, expect, it } from 'vitest';
import { ARCHITECTURE_NAMES } from '../catalogue/architectures.ts';
import { NETWORK_EXAMPLE } from '../schemas/endpoints/network.ts';
import type { Problem } from '../schemas/problem.ts';
import { call } from './testing/api.ts';

type Row = Record<string, number | string | null> & {
  changes: { change: string; margin: number; query: string }[];
};

async function rows(path: string): Promise<Row[]> {
  const response = await call(`/v1/${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  return ((await response.json()) as { rows: Row[] }).rows;
}

async function problem(path: string, init?: RequestInit): Promise<Problem> {
  const response = await call(`/v1/${path}`, init);
  expect(response.headers.get('content-type')).toContain('problem+json');
  return (await response.json()) as Problem;
}

const post = (path: string, body: unknown) =>
  call(`/v1/${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('GET /v1/blocks', () => {
  it('has the margins and depths of BERT-base that the theory was published with', async () => {
    const csv = await (
      await call('/v1/blocks.csv?preset=bert_base&drop=0,0.1,0.2,0.5&field=margin,depth_low')
    ).text();
    const [head, ...lines] = csv.trim().split('\n');
    expect(head).toBe('depth_low,margin');
    const numbers = lines.map((line) => line.split(',').map(Number));
    expect(numbers.map(([, margin]) => Number(margin?.toFixed(3)))).toEqual([0.385, 0.288, 0.207, 0.047]);
    expect(Math.floor(numbers[1]?.[0] as number)).toBe(67);
  });

  it('says of every preset what it knows, and on what it rests', async () => {
    for (const preset of ARCHITECTURE_NAMES) {
      const [row] = await rows(`blocks?preset=${preset}`);
      expect(row?.margin).toBeGreaterThan(0);
      expect(row?.basis).toBe('extrapolated');
      expect(row?.gradient_ratio).toBeGreaterThan(0);
      for (const name of ['depth', 'xi_2', 'kappa'])
        if (row?.[name] === null && row.kind === null) expect(row.reason).not.toBeNull();
    }
    const [pilot] = await rows('blocks?block=ffn&activation=relu&sigma_w2=2&drop=0.1&norm_at=post&blocks=12');
    expect(pilot).toMatchObject({ basis: 'pilot', kind: 'scale', limited_by: 'correlation', flags: '' });
  });

  it('has no numbers of a network of which nobody says how many blocks it has, and says so', async () => {
    const [row] = await rows('blocks?block=ffn&activation=relu&sigma_w2=2&drop=0.1&norm_at=post');
    expect(row).toMatchObject({ margin: null, q_last: null, gradient_ratio: null });
    expect(row?.depth).toBeGreaterThan(10);
    expect(row?.reason).toContain('say how many blocks');
  });

  it('has no number where scores vary by more than is known, and says so', async () => {
    const [row] = await rows('blocks?preset=bert_base&std=0.5');
    expect(row).toMatchObject({ depth: null, margin: null, limited_by: null, flags: 'condensed' });
    expect(row?.reason).toContain('From block 1 on nothing is known');
  });

  it('has limits of many tokens alone', async () => {
    const [few] = await rows('blocks?preset=bert_base&tokens=6');
    expect(few).toMatchObject({ kind: 'scale', xi_2: null, c_star: null, flags: 'few_tokens' });
    expect(few?.reason).toContain('many tokens');
    expect(few?.depth).toBeGreaterThan(10);
  });

  it('takes an activation by its formula', async () => {
    const query = 'block=ffn&sigma_w2=1&drop=0.1&blocks=6&field=margin';
    const [formula] = await rows(`blocks?activation=custom&formula=x*tanh(log(1%2Bexp(x)))&${query}`);
    const [mish] = await rows(`blocks?activation=mish&${query}`);
    expect(formula?.margin).toBeCloseTo(mish?.margin as number, 10);
  });

  it.each([
    ['preset=albert', 'ties the weights'],
    ['preset=nn.TransformerEncoder', 'copies one layer'],
    ['preset=bert_base&technique=tabu', 'is not one of'],
    ['preset=bert_base&technique=alpha&drop=0.1', 'attention weights'],
    ['preset=bert_base&norm=batch', 'Batch norms beside attention'],
    ['preset=bert_base&tokens=0', 'out of range'],
    ['preset=bert_base&tokens=1', 'out of range'],
    ['preset=bert_base&num_layers=24', 'is blocks here'],
    ['preset=bert_base&d_model=1024', 'width'],
    ['preset=bert_base&norm_first=true', 'norm_at=pre'],
    ['preset=bert_base&attention_probs_dropout_prob=0.1', 'drop_attention'],
    ['preset=bert_base&heads=7', 'do not divide'],
    ['block=ffn&activation=relu&sigma_w2=1&drop_attention=0.1', 'no attention'],
    ['block=ffn&activation=relu', 'Say which weights'],
    [
      'block=ffn&activation=relu&sigma_w2=1&norm=none&drop_path=0.1&blocks=4',
      'Stochastic depth without a norm',
    ],
    ['preset=bert_base&formula=x', 'custom'],
    ['preset=bert_base&c0=-0.5', 'cannot all have'],
  ])('refuses %s in a sentence', async (query, said) => {
    expect((await problem(`blocks?${query}`)).detail).toContain(said);
  });

  it('stays within the work of a request', async () => {
    const { status, detail } = await problem(
      'blocks?preset=gpt2_small&tokens=10..500/50&drop=0.01..0.5/50&norm_at=out,pre',
    );
    expect(status).toBe(400);
    expect(detail).toContain('combinations');
  });
});

describe('GET /v1/blocks/trajectory', () => {
  it('ends where /v1/blocks is', async () => {
    const [end] = await rows('blocks?preset=bert_base&drop=0.1');
    const path = await rows('blocks/trajectory?preset=bert_base&drop=0.1');
    expect(path).toHaveLength(13);
    expect(path.at(-1)?.margin).toBeCloseTo(end?.margin as number, 12);
    expect(path[0]?.gradient).toBeCloseTo(end?.gradient_ratio as number, 12);
    expect(path.at(-1)?.gradient).toBe(1);
  });

  it('draws the paths of stochastic depth, the same ones for the same seed', async () => {
    const query = 'block=ffn&activation=relu&sigma_w2=1&drop_path=0.3&blocks=8&paths=500';
    const [a, b, other] = await Promise.all(
      ['', '&seed=1', '&seed=2'].map((more) => rows(`blocks/trajectory?${query}${more}`)),
    );
    expect(a).toEqual(b);
    const [mine, theirs] = [a?.at(-1), other?.at(-1)];
    expect(mine?.margin).not.toBe(theirs?.margin);
    const spread = Math.hypot(mine?.margin_error as number, theirs?.margin_error as number);
    expect(Math.abs((mine?.margin as number) - (theirs?.margin as number))).toBeLessThan(4 * spread);
  });

  it.each(['', '&paths=50'])('has a clock only where no norm resets the stream%s', async (paths) => {
    const query = `blocks/trajectory?block=ffn&activation=relu&sigma_w2=1&drop_path=0.3&blocks=8${paths}`;
    expect((await rows(`${query}&norm_at=pre`)).at(-1)?.clock).toBeGreaterThan(0);
    expect((await rows(`${query}&norm_at=post`)).map(({ clock }) => clock)).toEqual(Array(9).fill(null));
  });
});

describe('POST /v1/network', () => {
  it('answers the network of the OpenAPI document as a row, and block by block', async () => {
    const row = ((await (await post('network', NETWORK_EXAMPLE)).json()) as { rows: Row[] }).rows[0];
    const response = await post('network/trajectory', NETWORK_EXAMPLE);
    const path = ((await response.json()) as { rows: Row[] }).rows;
    expect(path).toHaveLength(13);
    expect(path.at(-1)?.margin).toBeCloseTo(row?.margin as number, 12);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const csv = await (await post('network/trajectory.csv?field=margin', NETWORK_EXAMPLE)).text();
    expect(csv.split('\n')).toHaveLength(15);
  });

  it.each([
    ['{', 422],
    [{}, 422],
    [{ blocks: [] }, 422],
    [{ blocks: [{ repeat: 2001, sub_layers: [{ ops: [{ op: 'linear', sigma_w2: 1 }] }] }] }, 422],
    [{ blocks: [{ sub_layers: [{ ops: [{ op: 'dense' }] }] }] }, 422],
    [{ ...NETWORK_EXAMPLE, tied_weights: true }, 400],
    [{ blocks: [{ sub_layers: [{ skip: 0, branch: 0, ops: [{ op: 'linear', sigma_w2: 1 }] }] }] }, 400],
    ['x'.repeat(300_000), 413],
  ])('refuses %j with %i', async (body, status) => {
    const response = await post('network', body);
    expect(response.status).toBe(status);
    expect(((await response.json()) as Problem).detail.length).toBeGreaterThan(20);
  });
});

describe('GET /v1/advice about blocks', () => {
  it('says what limits a depth, and what helps most first', async () => {
    const [row] = await rows('advice?preset=bert_base&blocks=96&drop=0.1');
    expect(row).toMatchObject({
      verdict: 'not_trainable',
      trainable: false,
      limited_by: 'correlation',
      depth: 96,
    });
    const margins = row?.changes.map(({ margin }) => margin) ?? [];
    expect(margins.length).toBeGreaterThan(4);
    expect([...margins].sort((a, b) => b - a)).toEqual(margins);
    expect(margins.every((margin) => margin > (row?.margin as number))).toBe(true);
    const [first] = row?.changes ?? [];
    const [changed] = await rows(`blocks?preset=bert_base&blocks=96&drop=0.1&${first?.query}`);
    expect(changed?.margin).toBeCloseTo(first?.margin as number, 12);
  });

  it.each(['keep', 'branch'])('solves for %s, which put back is just enough', async (solve) => {
    const found = await rows(
      `advice?preset=bert_base&blocks=24,48,70&solve=${solve}&field=blocks,solve,solved`,
    );
    for (const { blocks, solved } of found) {
      const [back] = await rows(`blocks?preset=bert_base&blocks=${blocks}&${solve}=${solved}`);
      expect(back?.margin).toBeCloseTo(Math.exp(-6), 7);
    }
  });

  it('solves for the keep of a plain stack, which put back is just enough', async () => {
    const found = await rows('advice?activation=tanh&depth=20,50&solve=keep');
    for (const { depth, solved } of found) {
      const [back] = await rows(`advice?activation=tanh&depth=${depth}&keep=${solved}`);
      expect(back?.limit_low).toBeGreaterThan(0.995 * (depth as number));
      expect(back?.limit_low).toBeLessThan(1.01 * (depth as number));
    }
  });

  it.each([
    ['activation=relu', 'hidden layers'],
    ['depth=5', 'activation'],
    ['preset=bert_base&depth=5', 'give blocks'],
    ['activation=relu&depth=5&norm_at=pre', 'networks of blocks'],
    ['activation=relu&depth=5&keep=0.9&solve=keep', 'leave keep and drop out'],
    ['block=ffn&activation=relu&sigma_w2=1', 'how many blocks'],
  ])('refuses %s in a sentence', async (query, said) => {
    expect((await problem(`advice?${query}`)).detail).toContain(said);
  });
});

describe('GET /v1/diagnose about blocks', () => {
  it('says what an initialiser means to a block', async () => {
    const [row] = await rows('diagnose?preset=gpt2_small&drop=0.1');
    expect(row).toMatchObject({ kind: 'power', sigma_w2: null, recommended_sigma_w2: null });
    expect(row?.sigma_w2_output).toBeCloseTo(0.0512, 12);
    expect(row?.advice).not.toMatch(/vanishing|plain stack/);
    const found = await rows(
      'diagnose?block=ffn&activation=relu&init=kaiming_normal,torch_default&width=512&hidden_width=2048&blocks=24',
    );
    expect(found.map(({ sigma_w2_hidden }) => sigma_w2_hidden)).toEqual([2, expect.closeTo(1 / 3, 12)]);
  });
});

it('GET /v1/architectures gives queries that are the presets', async () => {
  const found = await rows('architectures');
  expect(found.map(({ name }) => name)).toEqual(ARCHITECTURE_NAMES);
  for (const { name, query } of found) {
    const [own] = await rows(`blocks?${query}&field=margin,gradient_ratio,q_last`);
    const [preset] = await rows(`blocks?preset=${name}&field=margin,gradient_ratio,q_last`);
    expect(own?.margin).toBeCloseTo(preset?.margin as number, 12);
  }
});

it('says what a query leaves out, as it was taken', async () => {
  const [row] = await rows('blocks?preset=vit_b&drop_output=0.2&blocks=24');
  expect(row?.assumed).toMatch(/block=transformer.*norm=layer.*norm_at=pre/);
  expect(row?.assumed).not.toMatch(/preset|drop_output|blocks=/);
  expect(row?.assumed).toContain('drop_hidden=0');
  const [own] = await rows(
    'blocks?block=transformer&activation=gelu&std=0.02&width=512&tokens=256&drop=0.1&blocks=12',
  );
  expect(own?.assumed).toMatch(/norm=layer&norm_at=pre&hidden_width=2048/);
});

describe('a parameter is never ignored without a word', () => {
  const FFN = 'block=ffn&activation=relu&sigma_w2=1&blocks=4';
  it.each([
    [`blocks?${FFN}&technique=none&drop=0.2`, 'no noise'],
    [`blocks?${FFN}&technique=none&noise_variance=0.2`, 'no noise'],
    [`blocks?${FFN}&c_batch=0.2`, 'batch norms'],
    [`blocks?${FFN}&norm=none&norm_at=pre`, 'norm=none'],
    ['blocks?block=ffn&activation=relu&sigma_w2=1&blocks=1&drop_path=0.1', 'no paths'],
    [`blocks/trajectory?${FFN}&drop_path=0.2&paths=10&skip=0`, 'skip connections'],
    [`blocks/trajectory?${FFN}&drop_path=0.2&paths=10&eps=1`, 'eps'],
    ['diagnose?preset=bert_base&gain=2', 'initialiser'],
    ['advice?activation=relu&depth=10&mask=shared', 'masks of their own'],
    [`advice?${FFN}&technique=beta&solve=keep`, 'takes a keep'],
  ])('%s', async (path, said) => {
    expect((await problem(path)).detail).toContain(said);
  });

  it.each([
    ['advice?preset=gpt2_small&solve=depth', 'every number of blocks'],
    [`advice?${FFN}&drop=0.1&solve=sigma_w2`, 'every sigma_w2'],
    ['advice?preset=bert_base&blocks=300&solve=keep', 'no keep is enough'],
  ])('%s has no number, and says why', async (path, said) => {
    const [row] = await rows(path);
    expect(row?.solved).toBeNull();
    expect(row?.reason).toContain(said);
  });
});

it('bounds the work of a network whose branches are long', async () => {
  const gate = { op: 'gate', activation: 'gelu', sigma_w2_gate: 1, sigma_w2_value: 1 };
  const layer = { norm: { at: 'pre', kind: 'layer' }, ops: Array.from({ length: 24 }, () => gate) };
  const start = performance.now();
  const response = await post('network', {
    blocks: [{ repeat: 2000, sub_layers: Array.from({ length: 16 }, () => layer) }],
  });
  await response.text();
  expect(performance.now() - start).toBeLessThan(3000);
});
