import { describe, expect, it } from 'vitest';
import { call } from './testing/api.ts';

type Row = { snippet: string | null; reason: string };

async function ask(query: string): Promise<Row> {
  const response = await call(`/v1/advice?${query}`);
  expect([query, response.status]).toEqual([query, 200]);
  return ((await response.json()) as { rows: [Row] }).rows[0];
}

const FRAMEWORKS = ['pytorch', 'keras', 'jax'] as const;

const write = async (query: string, framework: string = 'pytorch') =>
  (await ask(`${query}&framework=${framework}`)).snippet as string;

/** What brackets are open at the end of a text. */
function openBrackets(code: string): string {
  let open = '';
  for (const bracket of code.replace(/"[^"\n]*"|'[^'\n]*'|#.*/g, '').match(/[()[\]{}]/g) ?? [])
    if ('([{'.includes(bracket)) open += bracket;
    else if (['()', '[]', '{}'].includes(`${open.at(-1)}${bracket}`)) open = open.slice(0, -1);
    else return `wrong ${bracket}`;
  return open;
}

/** Kinds of query that between them have every operation, norm and place. */
const QUERIES = [
  'preset=bert_base',
  'preset=gpt2_small',
  'preset=vit_b&drop_path=0.3&drop=0.1',
  'preset=t5_v1_1_base&technique=gaussian&drop=0.2',
  'preset=tabular_resnet',
  'preset=ft_transformer',
  'preset=llama_like',
  'block=gated&norm=rms&norm_at=sandwich&activation=silu&sigma_w2=1&blocks=12&technique=uniform&drop=0.2',
  'block=ffn&norm=none&activation=selu&sigma_w2=0.7&blocks=10&drop_hidden=0.1&technique=alpha',
  'block=transformer&norm_at=out&activation=relu&sigma_w2=1&tokens=64&blocks=8&qk_norm=1&drop_path=0.2',
];

describe.each(FRAMEWORKS)('programs of blocks in %s', (framework) => {
  it.each(QUERIES)('%s', async (query) => {
    const code = await write(query, framework);
    expect(code).toMatch(/^import math\n/);
    expect(openBrackets(code)).toBe('');
    expect(code).not.toMatch(/undefined|NaN|Infinity|\[object/);
    // (the answer as text would put an apostrophe there)
    expect(code).not.toMatch(/^\s*[=+\-@]/m);
    expect(Math.max(...code.split('\n').map(({ length }) => length))).toBeLessThan(130);
    // what is called by a name of its own is defined
    const defined = [...code.matchAll(/^(?:class|def) ([A-Z]\w*)|^([A-Z]\w*) = /gm)].map(
      ([, a, b]) => a ?? b,
    );
    const called = [...code.matchAll(/(?<![.\w])([A-Z]\w+)\(/g)].map(([, name]) => name);
    expect(called.filter((name) => !defined.includes(name))).toEqual([]);
  });
});

describe('what a program says', () => {
  it('is the network of the query: sizes, variances, rates and places', async () => {
    const code = await write('preset=bert_base');
    expect(code).toContain('blocks, width, hidden_width = 12, 768, 3072');
    expect(code).toContain('heads, tokens, sequences = 12, 512, 2');
    // 768 and 3072 times .02²
    expect(code).toContain('self.query = Linear(width, width, 0.3072)');
    expect(code).toContain('Linear(hidden_width, width, 1.2288)');
    expect(code).toMatch(/Residual\(Attention\(\), nn\.Dropout\(0\.1\), norm=nn\.LayerNorm/);
    expect(code).toContain('stem = Serial(nn.LayerNorm(width, eps=eps), nn.Dropout(0.1))');
    expect(code).not.toContain('# chosen here');
  });

  it.each(FRAMEWORKS)('%s: its predictions are those of /v1/blocks/trajectory', async (framework) => {
    const code = await write('preset=vit_b&drop=0.1', framework);
    const { rows } = (await (await call('/v1/blocks/trajectory?preset=vit_b&drop=0.1')).json()) as {
      rows: { block_number: number; q: number; margin: number }[];
    };
    const predicted = [...(/predicted = \{(.*)\}/.exec(code)?.[1]?.matchAll(/(\d+): ([\d.e-]+)/g) ?? [])];
    expect(predicted.map(([, block]) => Number(block))).toEqual([1, 6, 12]);
    for (const [, block, q] of predicted) expect(Number(q)).toBeCloseTo(rows[Number(block)]?.q as number, 9);
    const margin = Number(/predicted \{([\d.]+):/.exec(code)?.[1]);
    expect(margin).toBeCloseTo(rows.at(-1)?.margin as number, 9);
  });

  it('has two functions where the first branch has no norm, and rates that grow', async () => {
    const tokens = await write('preset=ft_transformer');
    expect(tokens).toContain('[first_block()] + [block() for number in range(1, blocks)]');
    const paths = await write('preset=deit_b');
    expect(paths).toContain('block(1 - 0.1 * number / (blocks - 1))');
  });

  it('says which sizes were chosen here, and which are smaller than asked', async () => {
    const ffn = 'block=ffn&activation=relu&sigma_w2=2&blocks=6';
    expect(await write(ffn)).toContain(
      'chosen here, the query says nothing of it: width 512, hidden_width 2048',
    );
    const code = await write('preset=llama_like');
    expect(code).toContain('the query has width 4096, hidden_width 11008, heads 32');
    expect(code).toMatch(/the query has 2048; predictions are those for \d+/);
    const long = 'block=transformer&activation=relu&sigma_w2=1&width=64&blocks=1&tokens=1000000';
    expect(Number(/tokens, sequences = \d+, (\d+)/.exec(await write(long))?.[1])).toBeLessThan(5000);
    // (the variances are those of the query)
    expect(code).toContain('self.query = Linear(width, width, 1.6384)');
  });

  it('is only written where it can be', async () => {
    const formula = 'block=ffn&activation=custom&formula=x*tanh(x)&sigma_w2=1&blocks=3';
    expect(await ask(formula)).toMatchObject({
      snippet: null,
      reason: expect.stringContaining('snippet is null: no program is written from a formula'),
    });
    const grows = 'block=ffn&norm=none&activation=relu&sigma_w2=100&blocks=100';
    expect((await ask(grows)).reason).toMatch(/snippet is null: .*float32/);
    const batch = 'preset=tabular_resnet&c_batch=0.5';
    expect((await ask(batch)).reason).toMatch(/snippet is null: .*c_batch/);
  });
});
