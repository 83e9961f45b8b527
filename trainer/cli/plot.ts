import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { isRowSet } from '../../catalogue/training.ts';
import { gridOverlays, gridPlane } from '../../figures/measured/picture.ts';
import { encodeHeatMap } from '../../figures/svg/heat-map.ts';
import { GRID_MEASURES } from '../../schemas/endpoints/frontier.ts';
import { EXIT, Failure, toFileFailure } from '../errors.ts';
import { FITTING } from '../fitting.ts';
import { writeAtomically } from '../run/files.ts';
import { bold, type OutputOptions, print, say } from './output.ts';
import { readGrid } from './read-grid.ts';

/** Pixels across: twice the units of a figure, so that text is sharp. */
const WIDTH = 1440;

type Resvg = typeof import('@resvg/resvg-js');

/** An SVG as a PNG, drawn by resvg (an optional package) with this machine's fonts, light whatever the system's theme. */
export function toPng(svg: string): Uint8Array {
  let resvg: Resvg;
  try {
    resvg = createRequire(import.meta.url)('@resvg/resvg-js');
  } catch (error) {
    throw new Failure(
      'PNG pictures need the optional package @resvg/resvg-js, which is not installed or has no binary for this system. Ask for .svg instead, or run "npm ci" again.',
      undefined,
      { cause: error },
    );
  }
  const drawn = new resvg.Resvg(svg, {
    fitTo: { mode: 'width', value: WIDTH },
    // cells keep their edges
    imageRendering: 1,
    font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  });
  return drawn.render().asPng();
}

type PlotOptions = OutputOptions & {
  readonly out?: string;
  readonly measure: (typeof GRID_MEASURES)[number];
};

/** Adds `dropline plot`. */
export function addPlot(program: Command): void {
  program
    .command('plot')
    .description("Draw a grid as a heat map, with the theory's curves and the measured frontier over it.")
    .argument('<grid.json>', 'the grid')
    .option('--out <file>', 'the picture, .svg or .png (default: beside the grid, as .svg)')
    .addOption(
      new Option('--measure <name>', 'what is shown').choices([...GRID_MEASURES]).default('train_accuracy'),
    )
    .addHelpText(
      'after',
      `
Over the colours lie 6 xi_2, 12 xi_2, 12 xi_1, the fitted rule (docs/atlas.md) and the multiple of xi_2 that fits this
grid best, where the network has depth scales (a schedule and skip connections have none), and L50 of each column with its
95 % interval. The fitted rule is for the learning rate, steps, batch, width and optimiser of the grid, and left out where
no networks like these were measured. Cells that a search did not train are hatched.

Examples:
  npm run dropline -- plot fixtures/grids/mnist-tanh-keep-095.json --out grid.svg
  npm run dropline -- plot runs/tiny.json --out tiny.png --measure test_accuracy

Exit status: 0 drawn, 1 the grid was altered or the picture cannot be written, 2 wrong usage or no grid.`,
    )
    .action((file: string, options: PlotOptions, command: Command) =>
      plot(file, { ...options, ...command.optsWithGlobals() }),
    );
}

async function plot(file: string, options: PlotOptions): Promise<void> {
  const out = options.out ?? file.replace(/(\.json)?$/, '.svg');
  checkPicture(out);
  const { grid } = await readGrid(file, say);
  if (isRowSet(grid.meta.plan.data.name))
    throw new Failure(
      `${file} is a grid of a regression: its networks have no accuracy to draw. Its rows have test_rmse and loss.`,
      EXIT.usage,
    );
  const plane = gridPlane(grid, options.measure);
  const overlays = gridOverlays(grid, options.measure, FITTING);
  await writePicture(out, await encodeHeatMap(plane, { overlays }));
  print(options, { id: grid.id, picture: out }, `Picture: ${bold(out)}`);
}

export function checkPicture(out: string): void {
  if (!/\.(svg|png)$/.test(out))
    throw new Failure(`A picture's name ends in .svg or .png; "${out}" does not.`, EXIT.usage);
}

/** Writes a figure as its name says: .svg or .png. */
export async function writePicture(out: string, svg: string): Promise<void> {
  const content = out.endsWith('.png') ? toPng(svg) : svg;
  try {
    await mkdir(path.dirname(out), { recursive: true });
    await writeAtomically(out, content);
  } catch (error) {
    throw toFileFailure(`write the picture ${out}`, error, 'Choose another place with --out.');
  }
}
