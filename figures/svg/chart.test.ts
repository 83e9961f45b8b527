import { describe, expect, it } from 'vitest';
import type { Table } from '../table.ts';
import { findAll, labels, type Node, parseXml } from '../testing/xml.ts';
import { type ChartOptions, encodeChart } from './chart.ts';

const BY = ['activation', 'sigma_w2', 'keep'];

/** xi_2 over eleven sigma_w2 and some keeps. */
function table(keeps: readonly number[], xi: (sigma: number, keep: number) => number | null): Table {
  const sigmas = Array.from({ length: 11 }, (_, i) => 1 + i / 10);
  const rows = keeps.flatMap((keep) =>
    sigmas.map((sigma_w2) => ({ activation: 'tanh', sigma_w2, keep, xi_2: xi(sigma_w2, keep), xi_1: 1 })),
  );
  return { meta: {}, columns: [...BY, 'xi_2', 'xi_1'], rows };
}

const draw = (of: Table, options: Partial<ChartOptions> = {}) =>
  parseXml(encodeChart(of, { y: ['xi_2'], by: BY, ...options }));

const paths = (root: Node) =>
  findAll(findAll(root, '.lines')[0] as Node, 'path').map(({ attributes }) => attributes.d as string);

describe('encodeChart', () => {
  it('is one line where one parameter varies, named in the legend, and what does not vary in the title', () => {
    const root = draw(
      table([0.9], (sigma) => sigma),
      { units: { xi_2: 'layers' } },
    );
    expect(paths(root).length).toBe(1);
    expect(paths(root)[0]?.match(/L/g)?.length).toBe(10);
    expect(labels(findAll(root, '.legend')[0])).toEqual(['xi_2']);
    expect(findAll(root, 'title')[0]?.text).toBe('xi_2: tanh, keep 0.9');
    expect(labels(findAll(root, '.x')[0])).toEqual(['1', '1.2', '1.4', '1.6', '1.8', '2']);
    expect(labels(findAll(root, '.axes')[0]).slice(-2)).toEqual(['sigma_w2', 'xi_2 (layers)']);
    expect(findAll(root, 'desc')[0]?.text).toBe(
      'Line chart of xi_2 (layers) over sigma_w2: 1 line. sigma_w2 from 1 to 2, xi_2 (layers) from 1 to 2.',
    );
  });

  it('goes up where values rise', () => {
    const heights = paths(draw(table([0.9], (sigma) => sigma)))[0]
      ?.slice(1)
      .split('L')
      .map((point) => Number(point.split(' ')[1])) as number[];
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
  });

  it('leaves gaps for nulls, and marks what stands alone', () => {
    const root = draw(table([0.9], (sigma) => (sigma > 1.55 && sigma < 1.95 ? null : sigma)));
    expect(paths(root)[0]?.match(/M/g)?.length).toBe(2);
    expect(findAll(root, 'circle').length).toBe(1);
  });

  it('has a line and a legend for each combination, and each column', () => {
    const root = draw(
      table([0.9, 1], (sigma, keep) => sigma * keep),
      { y: ['xi_2', 'xi_1'] },
    );
    expect(labels(findAll(root, '.legend')[0])).toEqual([
      'xi_2, keep = 0.9',
      'xi_2, keep = 1',
      'xi_1, keep = 0.9',
      'xi_1, keep = 1',
    ]);
    expect(
      new Set(findAll(root, '.lines')[0]?.children.map((line) => line.children[0]?.attributes.stroke)).size,
    ).toBe(4);
  });

  it('draws as many lines as can be told apart, and says how many it left out', () => {
    const keeps = Array.from({ length: 30 }, (_, i) => 1 - i / 100);
    const root = draw(
      table(keeps, (sigma) => sigma),
      { x: 'sigma_w2' },
    );
    const looks = findAll(root, '.lines')[0]?.children.map(({ children: [path] }) =>
      JSON.stringify([path?.attributes.stroke, path?.attributes['stroke-dasharray']]),
    );
    expect(new Set(looks).size).toBe(24);
    expect(looks?.length).toBe(24);
    expect(labels(findAll(root, '.legend')[0]).at(-1)).toBe('6 more lines are not drawn');
  });

  it('has a logarithmic scale where values allow', () => {
    const y = (f: (sigma: number) => number) =>
      labels(findAll(draw(table([1], f), { scale: 'log' }), '.y')[0]);
    expect(y((sigma) => 10 ** (5 * sigma))).toEqual(['1e5', '1e6', '1e7', '1e8', '1e9', '1e10']);
    expect(y((sigma) => sigma - 1)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
  });

  it('draws one row, and nulls only', () => {
    const full = table([1], () => 5);
    const single = draw({ ...full, rows: full.rows.slice(0, 1) });
    expect(findAll(findAll(single, '.lines')[0] as Node, 'circle').length).toBe(1);
    const none = draw(table([1], () => null));
    expect(findAll(none, 'desc')[0]?.text).toContain('There are no values.');
  });

  it('takes any text for text', () => {
    const text = '</text><script>&"';
    const rows = [1, 2].flatMap((x) => [text, 'b'].map((name) => ({ name, x, [text]: x })));
    const root = parseXml(
      encodeChart(
        { meta: {}, columns: ['name', 'x', text], rows },
        { y: [text], by: ['name', 'x'], title: text, units: { [text]: text } },
      ),
    );
    expect(findAll(root, 'script')).toEqual([]);
    expect(labels(findAll(root, '.legend')[0])).toEqual([`name = ${text}`, 'name = b']);
  });

  it('draws intervals: a band beside a line, bars through dots and lone points', () => {
    const columns = [...BY, 'depth', 'low', 'high'];
    const rows = [1, 2, 3, 4].map((sigma_w2) => ({
      ...{ activation: 'tanh', sigma_w2, keep: 1, depth: sigma_w2 === 3 ? null : 10 },
      ...{ low: sigma_w2 === 2 ? null : 8, high: 12 },
    }));
    const options = { y: ['depth'], intervals: { depth: ['low', 'high'] } } as const;
    const depths = (of: readonly (typeof rows)[number][], more: Partial<ChartOptions> = {}) =>
      draw({ meta: {}, columns, rows: of }, { ...options, ...more });
    const lined = depths(
      [rows[0], rows[0], rows[3]].map((row, i) => ({ ...row, sigma_w2: i }) as (typeof rows)[0]),
    );
    expect(findAll(findAll(lined, '.lines')[0] as Node, '.band')[0]?.attributes.d?.match(/M/g)).toHaveLength(
      2,
    );
    expect(labels(findAll(lined, '.legend')[0])).toEqual(['depth', 'low to high']);
    const dotted = depths(rows, { measured: ['depth'] });
    const bars =
      findAll(findAll(dotted, '.lines')[0] as Node, '.bar')[0]
        ?.attributes.d?.split('M')
        .slice(1) ?? [];
    expect(bars).toHaveLength(4);
    // (an open end goes to the edge of the plot)
    const bottom = Number(
      findAll(dotted, 'rect').find(({ attributes }) => attributes.x === '84')?.attributes.height,
    );
    const ends = bars.map((bar) => Number(bar.split(/[ V]/)[1]));
    expect(ends[1]).toBeGreaterThan(ends[0] as number);
    expect(ends[1]).toBe(44 + bottom);
    expect(findAll(findAll(dotted, '.lines')[0] as Node, 'circle')).toHaveLength(3);
    const lone = depths(rows.slice(3));
    expect(findAll(findAll(lone, '.lines')[0] as Node, '.bar')).toHaveLength(1);
    expect(findAll(lone, '.band')).toEqual([]);
  });

  it('says that there are no values, and why, in place of an empty plot', () => {
    const { columns, rows } = table([1], () => null);
    const why = rows.map((row) => ({ ...row, reason: 'xi_2: unbounded <b>' }));
    const none = draw({ meta: {}, columns: [...columns, 'reason'], rows: why });
    expect(findAll(none, '.empty')[0]?.text).toBe('no values: xi_2: unbounded <b>');
    expect(findAll(draw({ meta: {}, columns, rows }), '.empty')[0]?.text).toBe('no values');
    expect(labels(findAll(none, '.legend')[0])).toEqual(['xi_2: no values']);
    expect(labels(findAll(none, '.y')[0])).toEqual([]);
  });

  it('labels the axis of many columns of one unit with that unit', () => {
    const units = { xi_1: 'layers', xi_2: 'layers' };
    const label = (more: Partial<ChartOptions>) =>
      labels(
        findAll(
          draw(
            table([1], () => 5),
            more,
          ),
          '.axes',
        )[0],
      ).at(-1);
    expect(label({ y: ['xi_2', 'xi_1'], units })).toBe('xi_2, xi_1 (layers)');
    expect(label({ y: Array.from({ length: 9 }, () => 'xi_2'), units })).toBe('layers');
  });
});
