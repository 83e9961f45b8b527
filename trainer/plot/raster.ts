import { createRequire } from 'node:module';
import { Failure } from '../errors.ts';

/** Pixels across: twice the units of a figure, so that text is sharp. */
const WIDTH = 1440;

type Resvg = typeof import('@resvg/resvg-js');

/**
 * An SVG as a PNG, drawn by resvg (an optional package) with this machine's fonts, light whatever the system's theme.
 *
 * @param svg a figure
 * @returns the file
 * @throws Failure when the package cannot be loaded here
 * @example await writeFile('runs/tiny.png', toPng(svg));
 */
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
