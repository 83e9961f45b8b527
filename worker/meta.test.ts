import { describe, expect, it } from 'vitest';
import { TECHNIQUE_ENTRIES, TECHNIQUE_NAMES } from '../catalogue/techniques.ts';
import { queryString } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { call } from './testing/api.ts';

type Answer = {
  meta: { columns: Record<string, { description: string; unit?: string; source?: string }>; notes: string[] };
  rows: Record<string, unknown>[];
};

const ask = async (path: string) => (await (await call(path)).json()) as Answer;

const paths = [
  ...CONTRACTS.map(({ name, examples }) => `/v1/${name}?${queryString(examples[0] ?? {})}`),
  '/v1/grids/mnist-tanh-keep-095/frontier',
];

describe('meta', () => {
  it.each(paths)('%s names every column, numbers with unit and source', async (path) => {
    const { meta, rows } = await ask(path);
    for (const [name, { description, unit, source }] of Object.entries(meta.columns)) {
      expect(description.length, name).toBeGreaterThan(1);
      if (!rows.some((row) => typeof row[name] === 'number')) continue;
      expect([name, unit]).toEqual([name, expect.stringMatching(/^(1|layers)$/)]);
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
});
