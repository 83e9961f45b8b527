import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { VERDICTS } from '../schemas/endpoints/verdicts.ts';
import { apiForTests, has } from './testing/served.ts';

const ROOT = path.dirname(import.meta.dirname);
const api = apiForTests('examples');

/** A Python that has what the notebook needs: the first on the path, or the system's. */
const PYTHON = ['python3', '/usr/bin/python3'].find((python) =>
  has(python, '-c', 'import pandas, numpy, matplotlib'),
);

/** A Python that has PyTorch, likewise. */
const TORCH = ['python3', '/usr/bin/python3'].find((python) => has(python, '-c', 'import torch'));

/** Any Python that is new enough for the check of PyTorch models. */
const NEW_PYTHON = ['python3', '/usr/bin/python3'].find((python) =>
  has(python, '-c', 'import sys; sys.exit(sys.version_info < (3, 9))'),
);

/** Runs a command against the API, and gives what it printed. */
function run(command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, DROPLINE: api.url, MPLBACKEND: 'Agg' },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve(stdout) : reject(new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`)),
    );
  });
}

describe('the examples', () => {
  it.skipIf(!has('curl', '--version'))('curl', async () => {
    const lines = (await run('sh', 'examples/curl.sh')).split('\n');
    expect(lines.slice(0, 2)).toEqual(['xi_2 over the weight variance, as a table:', 'sigma_w2,xi_2']);
    expect(Number(lines[2]?.split(',')[1])).toBeCloseTo(3.47976359215, 10);
    expect(Number(lines[lines.indexOf('One number and nothing else:') + 1])).toBeCloseTo(10.0904644498, 9);
    expect(lines).toEqual(expect.arrayContaining(['<svg', '2']));
    expect(Number(lines[lines.indexOf('The critical weight variance:') + 2])).toBeCloseTo(1.760954639607, 10);
  });

  it('the typed client', async () => {
    const output = await run(process.execPath, 'examples/client.ts');
    expect(output).toContain('1 1 3.63 ordered');
    expect(output).toContain('mnist-tanh-keep-095');
    expect(output).toContain('#/keep 2 is out of range');
  });

  it.skipIf(!has('Rscript', '--version'))('R', async () => {
    expect(await run('Rscript', 'examples/depth.R')).toContain(
      'keep 1.00: xi_2 is largest at sigma_w2 = 1.75',
    );
  });

  it('the notebook has its outputs, pictures too, and no error', () => {
    const { cells } = notebook();
    const code = cells.filter(({ cell_type }) => cell_type === 'code');
    const outputs = code.flatMap((cell) => cell.outputs);
    expect(outputs.filter(({ output_type }) => output_type === 'error')).toEqual([]);
    expect(outputs.filter(({ data }) => data?.['image/png']).length).toBe(3);
    expect(code.every(({ execution_count }) => Number.isInteger(execution_count))).toBe(true);
  });

  it.skipIf(PYTHON === undefined)('the notebook runs', async () => {
    const code = notebook().cells.filter(({ cell_type }) => cell_type === 'code');
    const script = path.join(api.folder, 'notebook.py');
    writeFileSync(
      script,
      `${code.map(({ source }) => source.join('')).join('\n')}\nprint(plane.shape, len(frontier))\nprint(depths)\n`,
    );
    const [shapes, ...depths] = (await run(PYTHON as string, script)).trimEnd().split('\n');
    expect(shapes).toBe('(100, 100) 7');
    // the saved table is the one that the API answers with (versions of pandas differ in blanks)
    const saved = code.find(({ source }) => source.join('').startsWith('depths ='))?.outputs[0]?.data ?? {};
    const numbers = (text: string) => text.match(/[\d.]+/g);
    expect(numbers([saved['text/plain']].flat().join(''))).toEqual(numbers(depths.join('\n')));
  });

  it.each([
    'pytorch',
    'keras',
    'jax',
  ])('a snippet of %s from /v1/advice is code, line by line', async (framework) => {
    const query = `activation=tanh&keep=0.95&depth=20&fan_in=512&framework=${framework}&field=snippet`;
    const code = await (await fetch(`${api.url}/v1/advice.txt?${query}`)).text();
    expect(code.split('\n').length).toBeGreaterThan(20);
    expect(code).not.toContain("\n'");
  });

  it.skipIf(TORCH === undefined)('a PyTorch snippet shows the predicted variance', async () => {
    const output = await run('sh', '-c', `sh examples/pytorch.sh ${TORCH}`);
    const layers = [...output.matchAll(/^layer (\d+): measured (\S+), predicted (\S+)$/gm)];
    expect(layers.map(([, layer]) => layer)).toEqual(['1', '10', '20']);
    // one network of width 512: the variance of a layer strays by some √(layers / width)
    for (const [, , measured, predicted] of layers)
      expect(Math.abs(Number(measured) / Number(predicted) - 1)).toBeLessThan(0.25);
  });

  it.skipIf(TORCH === undefined)('one of blocks shows the predicted stream and margin', async () => {
    const query = 'preset=tabular_resnet&blocks=8&framework=pytorch&field=snippet';
    const script = path.join(api.folder, 'blocks.py');
    writeFileSync(script, await (await fetch(`${api.url}/v1/advice.txt?${query}`)).text());
    const output = await run(TORCH as string, script);
    const pairs = [...output.matchAll(/^(?:block (\d+)|margin): measured (\S+), predicted (\S+)$/gm)];
    expect(pairs.map(([, block]) => block)).toEqual(['1', '4', '8', undefined]);
    for (const [, , measured, predicted] of pairs)
      expect(Math.abs(Number(measured) / Number(predicted) - 1)).toBeLessThan(0.1);
  });

  it('the check of PyTorch models has the names of the catalogue and of the verdicts', () => {
    const text = readFileSync(path.join(ROOT, 'examples', 'python', 'dropline_check.py'), 'utf8');
    const names = [...text.matchAll(/^ +(?:\(nn\.\w+, |[\w.]+: )"(\w+)"/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !ACTIVATION_NAMES.some((known) => known === name))).toEqual([]);
    const verdicts = /^VERDICTS = \((.*)\)$/m.exec(text)?.[1]?.match(/\w+/g);
    expect(verdicts).toEqual([...VERDICTS]);
  });

  const unittest = (python: string, ...args: string[]) =>
    run('sh', '-c', `"$0" -B -m unittest -v "$@" 2>&1`, python, ...args);

  it.skipIf(NEW_PYTHON === undefined)(
    'the check of PyTorch models passes those tests that need no PyTorch',
    async () => {
      const classes = ['TheApi', 'Decisions', 'Words', 'Assertions', 'CommandLine'];
      const output = await unittest(
        NEW_PYTHON as string,
        ...classes.flatMap((name) => ['-k', name]),
        'examples/python/test_dropline_check.py',
      );
      for (const name of classes) expect(output).toContain(`test_dropline_check.${name}.`);
      expect(output).toMatch(/\nOK\n$/);
    },
  );

  it.skipIf(TORCH === undefined)(
    'the check of PyTorch models passes all its tests (needs PyTorch)',
    async () => {
      const output = await unittest(TORCH as string, 'examples/python/test_dropline_check.py');
      expect(output).toContain('test_the_margin_is_that_of_real_passes');
      expect(output.match(/skipped '(?!there is no GPU here').*/g)).toBeNull();
      expect(output).toMatch(/\nOK( \(skipped=1\))?\n$/);
    },
    300_000,
  );

  it.skipIf(TORCH === undefined)(
    'the check of PyTorch models prints what the page shows, but for numbers',
    async () => {
      const page = readFileSync(path.join(ROOT, 'examples', 'README.md'), 'utf8');
      const [, code = '', shown = ''] = /```python\n([\s\S]*?)```\n+```text\n([\s\S]*?)```/.exec(page) ?? [];
      const script = path.join(api.folder, 'page.py');
      const folder = JSON.stringify(path.join(ROOT, 'examples', 'python'));
      writeFileSync(script, `import sys\nsys.path.insert(0, ${folder})\n${code}`);
      const withoutNumbers = (text: string) => text.replaceAll(/[\d.e-]*\d[\d.e-]*/g, '#').split('\n');
      const printed = withoutNumbers(await run(TORCH as string, '-B', script));
      const lines = withoutNumbers(shown.trim());
      expect(lines.length).toBeGreaterThan(10);
      expect(lines.filter((line) => line !== '…' && !printed.includes(line))).toEqual([]);
    },
    60_000,
  );

  it.skipIf(TORCH === undefined)(
    'the check says on the command line what it says elsewhere',
    async () => {
      const module = 'import torch\nmodel = torch.nn.Sequential(torch.nn.Conv2d(1, 8, 3))\n';
      writeFileSync(path.join(api.folder, 'not_understood.py'), module);
      const command = `cd "$1" && "$2" "$3" not_understood:model --url "$4"; echo "exit code $?"`;
      const script = path.join(ROOT, 'examples', 'python', 'dropline_check.py');
      const output = await run('sh', '-c', command, 'sh', api.folder, TORCH as string, script, api.url);
      expect(output).toContain('not understood: 0 (Conv2d): it is not in the catalogue.');
      expect(output).toContain('verdict: unknown.');
      expect(output).toMatch(/exit code 3\n$/);
    },
    60_000,
  );

  it('each formula of the spreadsheets is answered', async () => {
    const page = readFileSync(path.join(ROOT, 'examples', 'spreadsheets.md'), 'utf8');
    const formulas = [...page.matchAll(/^ {4}=(.*)$/gm)].map(([, formula]) => formula as string);
    expect(formulas.filter((formula) => formula.includes('/v1/trainable-depth.txt')).length).toBe(3);
    for (const formula of formulas) {
      // (what a spreadsheet makes of "…"&A2&"…"&SUBSTITUTE(C2;",";"."))
      const cells = formula
        .replaceAll(/SUBSTITUTE\((\w+)([;,])","\2"\."\)/g, '$1')
        .replace('"&A2&"', 'tanh')
        .replace('"&B2&"', '1.8')
        .replace('"&C2', '0.95"');
      const [, place = ''] = /"https?:\/\/[^/]+([^"]*)"/.exec(cells) ?? [];
      const response = await fetch(api.url + place);
      expect([formula, response.status]).toEqual([formula, 200]);
      if (place.includes('.txt')) expect(Number(await response.text())).toBeGreaterThan(1);
    }
  });

  it.skipIf(!has('soffice', '--version'))('LibreOffice opens a table', async () => {
    const table = path.join(api.folder, 'table.csv');
    const address = `${api.url}/v1/depth-scales.csv?activation=tanh&sigma_w2=1..4/4&sigma_b2=0.05&keep=0.98`;
    writeFileSync(table, await (await fetch(address)).text());
    const profile = `-env:UserInstallation=file://${path.join(api.folder, 'profile')}`;
    await run('soffice', profile, '--headless', '--convert-to', 'html', '--outdir', api.folder, table);
    const html = readFileSync(path.join(api.folder, 'table.html'), 'utf8');
    // a number is a number there, with its value kept
    expect(Number(/sdval="(3\.4797\d+)"/.exec(html)?.[1])).toBeCloseTo(3.47976359215, 10);
  });
});

type Cell = {
  cell_type: string;
  source: string[];
  execution_count: number | null;
  outputs: { output_type: string; data?: Record<string, unknown> }[];
};

function notebook(): { cells: Cell[] } {
  return JSON.parse(readFileSync(path.join(ROOT, 'examples', 'notebook.ipynb'), 'utf8'));
}
