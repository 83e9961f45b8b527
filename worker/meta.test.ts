import { describe, expect, it } from 'vitest';
import { TECHNIQUE_ENTRIES, TECHNIQUE_NAMES } from '../catalogue/techniques.ts';
import { ALL_COLUMNS } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { queryString } from '../schemas/query-string.ts';
import { call } from './testing/api.ts';

type Answer = {
  meta: {
    columns: Record<string, { description: string; unit?: string; source?: string }>;
    units?: Record<string, string>;
    notes: string[];
    columns_url: string;
    query: string;
  };
  rows: Record<string, unknown>[];
};

const ask = async (path: string, level = 'full') =>
  (await (await call(`${path}${path.includes('?') ? '&' : '?'}meta=${level}`)).json()) as Answer;

const paths = [
  ...CONTRACTS.map(
    ({ name, examples, usual }) =>
      `/v1/${name}?${queryString({ ...examples[0], ...(usual && { field: ALL_COLUMNS }) })}`,
  ),
  '/v1/grids/mnist-tanh-keep-095/frontier',
];

describe('meta', () => {
  it.each(paths)('%s names every column, numbers with unit and source', async (path) => {
    const { meta, rows } = await ask(path);
    for (const [name, { description, unit, source }] of Object.entries(meta.columns)) {
      expect(description.length, name).toBeGreaterThan(1);
      if (!rows.some((row) => typeof row[name] === 'number')) continue;
      expect([name, unit]).toEqual([name, expect.stringMatching(/^(1|layers|blocks|that of measure)$/)]);
      if (rows.some((row) => !Number.isInteger(row[name])))
        expect([name, source]).toEqual([name, expect.any(String)]);
    }
  });

  it('says on what the answers about a technique rest', async () => {
    for (const technique of TECHNIQUE_NAMES) {
      const keep = TECHNIQUE_ENTRIES[technique].keep === 'refused' ? '' : '&keep=0.9';
      const { meta } = await ask(`/v1/depth-scales?activation=relu&sigma_w2=1&technique=${technique}${keep}`);
      const own = meta.notes.filter((note) => note.startsWith(`${technique}:`)).length;
      expect([technique, own]).toEqual([
        technique,
        ['uniform', 'concrete', 'tabu', 'vsd', 'advanced', 'dropconnect', 'ic'].includes(technique) ? 1 : 0,
      ]);
    }
    const { meta } = await ask('/v1/depth-scales?activation=relu&sigma_w2=1');
    expect(meta.notes.join()).toContain('not verified');
  });

  it.each([
    ...paths,
    '/v1/grids',
    '/v1/grids/mnist-tanh-keep-095/versions',
  ])('%s has the same rows with meta=none, brief and full, and brief is what is not said otherwise', async (path) => {
    const [none, brief, full] = [await ask(path, 'none'), await ask(path, 'brief'), await ask(path)];
    expect(Object.keys(none)).toEqual(['rows']);
    expect([none.rows, brief.rows]).toEqual([full.rows, full.rows]);
    const { meta } = (await (await call(path)).json()) as Answer;
    expect({ ...meta, query: '' }).toEqual({ ...brief.meta, query: '' });
    const { columns, ...rest } = full.meta;
    const units = Object.entries(columns).flatMap(([name, { unit = '1' }]) =>
      unit === '1' ? [] : [[name, unit]],
    );
    expect(brief.meta).toEqual({
      ...rest,
      query: brief.meta.query,
      units: Object.fromEntries(units),
      notes: rest.notes.filter((note) => brief.meta.notes.includes(note)),
    });
    // all columns are asked for, so that all notes concern them
    expect(brief.meta.notes).toEqual(rest.notes);
  });

  it('is a small part of a brief answer about one network', async () => {
    const size = async (level: string) => {
      const response = await call(
        `/v1/depth-scales?activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=0.95&meta=${level}`,
      );
      return (await response.arrayBuffer()).byteLength;
    };
    const [none, brief, full] = [await size('none'), await size('brief'), await size('full')];
    expect(none).toBeLessThan(brief);
    expect(brief).toBeLessThan(full / 3);
  });

  it('leaves out notes about columns that are not asked for, and keeps the others', async () => {
    const notes = async (query: string) => (await ask(`/v1/trainable-depth?${query}`, 'brief')).meta.notes;
    const network = 'activation=relu&sigma_w2=2&technique=concrete&keep=0.9&field=';
    const [fitted, rules] = [await notes(`${network}fitted_depth`), await notes(`${network}six_xi_2`)];
    const has = (list: readonly string[], text: string) => list.some((note) => note.includes(text));
    expect([has(fitted, 'docs/atlas.md'), has(fitted, 'multipliers'), has(fitted, 'concrete:')]).toEqual([
      true,
      false,
      true,
    ]);
    expect([has(rules, 'docs/atlas.md'), has(rules, 'multipliers'), has(rules, 'concrete:')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('says of every column at columns_url what full says', async () => {
    for (const path of paths) {
      const { columns, columns_url } = (await ask(path)).meta;
      const described = (await ask(columns_url)).rows as Record<string, string | null>[];
      for (const [name, { description, unit = null, source = null }] of Object.entries(columns))
        expect(described.find(({ column }) => column === name)).toMatchObject({ description, unit, source });
    }
  });

  it('refuses an unknown level with a hint, and formats without meta', async () => {
    const problem = async (path: string) => {
      const response = await call(path);
      return [response.status, ((await response.json()) as { detail: string }).detail];
    };
    expect(await problem('/v1/kernel?activation=relu&meta=breif')).toEqual([
      400,
      '"breif" is not one of none, brief, full. Did you mean "brief"?',
    ]);
    expect((await problem('/v1/kernel.csv?activation=relu&meta=full'))[0]).toBe(400);
    expect((await problem('/v1/grids/mnist-tanh-keep-095?meta=none'))[0]).toBe(400);
  });
});
