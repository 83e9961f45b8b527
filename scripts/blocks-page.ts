/**
 * Asks the API about the presets, the networks of the pilot and what the theory of blocks does not cover, and writes the tables and the
 * pictures of docs/blocks.md: `npm run blocks`.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ARCHITECTURE_NAMES } from '../catalogue/architectures.ts';
import { type PanelPoint, type PanelSeries, panelFigure } from '../figures/svg/panels.ts';
import { formatTable, replaceTables } from './tables.ts';
import { freePort, start, stop } from './testing/api.ts';

const DOCS = path.join(import.meta.dirname, '..', 'docs');

/** The page. */
export const BLOCKS_PAGE = path.join(DOCS, 'blocks.md');

/** Where its pictures stand. */
export const BLOCKS_PICTURES = path.join(DOCS, 'blocks');

type Row = Readonly<Record<string, string | number | null>>;

/** Asks an endpoint for rows. */
type Ask = (address: string) => Promise<readonly Row[]>;

const asker =
  (url: string): Ask =>
  async (address) => {
    const response = await fetch(`${url}/v1/${address}`, { headers: { accept: 'application/json' } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${address}: ${text}`);
    return (JSON.parse(text) as { rows: Row[] }).rows;
  };

/** A number with few digits; – where there is none. */
const show = (value: unknown, digits = 3) =>
  typeof value === 'number' ? String(Number(value.toPrecision(digits))) : '–';

const DROPS = [0, 0.1, 0.2, 0.5] as const;

function showKind({ kind, xi_2, kappa }: Row): string {
  if (kind === 'scale') return `scale, xi_2 ${show(xi_2)}`;
  return kind === 'power' ? `power, kappa ${show(kappa)}` : 'not known: blocks differ';
}

/** The table of presets: at a drop of 0.1 their kind, its number and the depth, and the margin at four. */
async function presetTable(ask: Ask): Promise<string[]> {
  const rows: string[][] = [];
  for (const name of ARCHITECTURE_NAMES) {
    const query = `preset=${name}&drop=${DROPS.join(',')}`;
    const found = await ask(`blocks?${query}`);
    const usual = found[DROPS.indexOf(0.1)] as Row;
    const [start] = await ask(`blocks/trajectory?preset=${name}&drop=0.1`);
    const blocks = (await ask(`blocks/trajectory?preset=${name}&drop=0`)).length - 1;
    rows.push([
      `\`${query}\``,
      String(blocks),
      ...found.map(({ margin }) => show(margin)),
      show(start?.margin),
      show(usual.depth_low, 2),
      showKind(usual),
      String(usual.flags).replaceAll(' ', ', ') || '–',
    ]);
  }
  return formatTable(
    [
      '`/v1/blocks?`',
      'blocks',
      ...DROPS.map((drop) => `margin, drop ${drop}`),
      'at the start, drop 0.1',
      'depth_low, drop 0.1',
      'kind, drop 0.1',
      'flags',
    ],
    rows,
  );
}

const FFN = 'block=ffn&activation=relu&sigma_w2_hidden=2&sigma_w2_output=1';

/** The frontiers of the pilot: what was asked of the API about the same networks, and the depth at which half of the networks trained. */
const PILOT = [
  ['norm_at=post&keep=0.95', 30.3],
  ['norm_at=post&keep=0.9', 21.1],
  ['norm_at=post&keep=0.9&branch=0.25', 52],
  ['norm_at=post&keep=0.8', 12.8],
  ['norm_at=pre&keep=0.3', 78],
  ['norm_at=pre&keep=0.2', 27.8],
] as const;

async function pilotTable(ask: Ask): Promise<string[]> {
  const rows: string[][] = [];
  for (const [query, measured] of PILOT) {
    const [row] = await ask(`blocks?${FFN}&${query}`);
    const { depth_low, depth, depth_high } = row as Row;
    rows.push([
      `\`${query}\``,
      String(measured),
      ...[depth_low, depth, depth_high].map((value) => show(value)),
    ]);
  }
  return formatTable(
    [`\`/v1/blocks?${FFN}&\``, 'half trained, measured', 'depth_low', 'depth', 'depth_high'],
    rows,
  );
}

/** What is asked: a query of /v1/blocks, or a network in JSON for /v1/network. */
type Asked = string | object;

const LINEAR = { op: 'linear', sigma_w2: 1 };

/** What the theory does not cover. */
const REFUSED: readonly [situation: string, asked: Asked][] = [
  ['torch.nn.TransformerEncoder as it is', 'preset=nn.TransformerEncoder'],
  ['its decoder, cross-attention', 'preset=nn.TransformerDecoder'],
  ['weights that blocks share', 'preset=albert'],
  ['the same in JSON', { tied_weights: true, blocks: [{ sub_layers: [{ ops: [LINEAR] }] }] }],
  ['an activation after the sum', 'preset=resnet50'],
  [
    'the same in JSON',
    {
      blocks: [
        {
          sub_layers: [
            { ops: [LINEAR, { op: 'noise', drop: 0.1 }] },
            { skip: 0, ops: [{ op: 'activation', activation: 'relu' }] },
          ],
        },
      ],
    },
  ],
  ['token mixing by a matrix', 'preset=mlp_mixer'],
  ['token mixing by a gate', 'preset=gmlp'],
  ['mixtures of experts', 'preset=mixtral'],
  ['stochastic depth without a norm', `${FFN}&norm=none&drop_path=0.1&blocks=8`],
  [
    'batch norms beside attention',
    'block=transformer&activation=relu&sigma_w2=1&tokens=64&norm=batch&drop=0.1',
  ],
  ['dropconnect behind a matrix', `${FFN}&technique=dropconnect&drop_output=0.1`],
  [
    'alpha dropout of attention weights',
    'block=transformer&activation=relu&sigma_w2=1&tokens=64&technique=alpha&drop=0.1',
  ],
  ['a site that a kind of block does not have', `${FFN}&drop_attention=0.1`],
];

/** What is answered with a flag, and how far off it is. */
const FLAGGED: readonly [flag: string, asked: string, off: string][] = [
  ['gradual', 'preset=gpt2_small&causal=false', 'a depth of norm-pre blocks is the middle of a slow fall'],
  ['causal', 'preset=gpt2_small', 'averages over rows, 1 to 4 % off; single rows differ more'],
  [
    'condensed',
    'preset=llama_like&width=8192',
    'scores vary by more than half of ln T: products of two rows are off by up to 17 % and more',
  ],
  ['few_tokens', 'preset=bert_base&tokens=6', 'products of two rows are off by a few per cent'],
  [
    'annealed',
    'preset=deit_b',
    'stochastic depth is averaged before it is followed: correlations are off by about 1 %, gradients by up to 12 %',
  ],
  [
    'batch_norm_after_noise',
    'preset=tabular_resnet&drop_output=0.1',
    'units have variances of their own over the batch: below 1 % at keep 0.9, more with stronger noise',
  ],
  [
    'frozen',
    `${FFN}&branch=1e-7&drop=0.1&blocks=12`,
    'branches are so small that the start says nothing of the rest',
  ],
];

/** Puts a question, and gives the sentence of the refusal. */
async function refusal(url: string, asked: Asked): Promise<string> {
  const response =
    typeof asked === 'string'
      ? await fetch(`${url}/v1/blocks?${asked}`)
      : await fetch(`${url}/v1/network`, {
          method: 'POST',
          body: JSON.stringify(asked),
          headers: { 'content-type': 'application/json' },
        });
  const { detail, status } = (await response.json()) as { detail?: string; status?: number };
  if (status !== 400 || detail === undefined) throw new Error(`${JSON.stringify(asked)} is not refused.`);
  return detail;
}

async function refusedTable(url: string): Promise<string[]> {
  const rows: string[][] = [];
  for (const [situation, asked] of REFUSED) {
    const shown =
      typeof asked === 'string' ? `\`/v1/blocks?${asked}\`` : `\`POST /v1/network ${JSON.stringify(asked)}\``;
    rows.push([situation, shown, await refusal(url, asked)]);
  }
  return formatTable(['situation', 'asked', 'answered (400)'], rows);
}

async function flaggedTable(ask: Ask): Promise<string[]> {
  const rows: string[][] = [];
  for (const [flag, query, off] of FLAGGED) {
    const [row] = await ask(`blocks?${query}`);
    if (!String(row?.flags).split(' ').includes(flag)) throw new Error(`${query} lacks the flag ${flag}.`);
    rows.push([`\`${flag}\``, `\`${query}\``, off]);
  }
  return formatTable(['flag', 'for example, `/v1/blocks?`', 'how far off the numbers are'], rows);
}

/**
 * The page with the tables that the API's answers give.
 *
 * @param page the page as it is
 * @param url of the API
 * @throws Error where something is answered that is said to be refused, and the other way round
 */
export async function withBlockTables(page: string, url: string): Promise<string> {
  const ask = asker(url);
  return replaceTables(page, {
    pilot: await pilotTable(ask),
    presets: await presetTable(ask),
    refused: await refusedTable(url),
    flagged: await flaggedTable(ask),
  });
}

/** The margin over blocks. */
async function marginLine(ask: Ask, query: string, blocks: number): Promise<PanelPoint[]> {
  const rows = await ask(`blocks/trajectory?${query}&blocks=${blocks}`);
  return rows.map(({ block_number, margin }) => ({ x: block_number as number, y: margin as number }));
}

/** BERT-base with its norms behind and before, and GPT-2 from two starts. */
async function drawMargins(ask: Ask): Promise<string> {
  const [bert, gpt2]: [PanelSeries[], PanelSeries[]] = [[], []];
  for (const drop of DROPS) {
    const label = `drop ${drop}`;
    bert.push({
      label,
      line: await marginLine(ask, `preset=bert_base&drop=${drop}`, 100),
      dashed: await marginLine(ask, `preset=bert_base&norm_at=pre&drop=${drop}`, 100),
    });
    gpt2.push({
      label,
      line: await marginLine(ask, `preset=gpt2_small&drop=${drop}`, 48),
      dashed: await marginLine(ask, `preset=gpt2_small&q0=1&drop=${drop}`, 48),
    });
  }
  const ends = [0, 100].map((x) => ({ x, y: Math.exp(-6) }));
  return panelFigure('The margin after so many blocks, at the start of training', [
    {
      title: 'BERT-base; dashed: with norm_at=pre',
      x: 'blocks',
      series: [...bert, { label: 'e⁻⁶ (depth_low)', line: ends }],
      scales: { y: 'log' },
    },
    { title: 'GPT-2 small; dashed: with q0=1', x: 'blocks', series: gpt2, scales: { y: 'log' } },
  ]);
}

/** The limits of relu blocks over the keep of both their sites. */
async function drawLimits(ask: Ask): Promise<string> {
  const limits = async (query: string, column: string): Promise<PanelPoint[]> => {
    const rows = await ask(`blocks?${FFN}&keep=0.2..0.99/80&${query}`);
    return rows.map((row) => ({ x: row.keep as number, y: row[column] as number }));
  };
  return panelFigure('Blocks [linear, relu, noise, linear, noise]: their limits over keep', [
    {
      title: 'norm_at=post: xi_2 in blocks',
      x: 'keep, of both sites',
      series: [
        { label: 'branch 1', line: await limits('norm_at=post', 'xi_2') },
        { label: 'branch 0.25', line: await limits('norm_at=post&branch=0.25', 'xi_2') },
      ],
      scales: { y: 'log' },
    },
    {
      title: 'norm_at=pre: correlation and exponent',
      x: 'keep, of both sites',
      series: [
        { label: 'c_star', line: await limits('norm_at=pre', 'c_star') },
        { label: 'kappa', line: await limits('norm_at=pre', 'kappa') },
      ],
    },
  ]);
}

/**
 * The pictures, by file.
 *
 * @param url of the API
 */
export async function drawBlockPictures(url: string): Promise<Record<string, string>> {
  const ask = asker(url);
  return { 'margins.svg': await drawMargins(ask), 'limits.svg': await drawLimits(ask) };
}

if (import.meta.main) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-blocks-'));
  const port = await freePort();
  const { child } = await start(port, folder);
  try {
    const url = `http://localhost:${port}`;
    writeFileSync(BLOCKS_PAGE, await withBlockTables(readFileSync(BLOCKS_PAGE, 'utf8'), url));
    mkdirSync(BLOCKS_PICTURES, { recursive: true });
    for (const [file, svg] of Object.entries(await drawBlockPictures(url)))
      writeFileSync(path.join(BLOCKS_PICTURES, file), svg);
  } finally {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
}
