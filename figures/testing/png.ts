import { glyphOf } from '../glyphs.ts';

/** A PNG with a palette, read back. */
export type ReadPng = {
  readonly width: number;
  readonly height: number;
  /** the palette index of every pixel, top row first */
  readonly rows: readonly Uint8Array[];
  /** what the parts of the file hold, by their types */
  readonly chunks: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  /** red, green and blue of the colours */
  readonly palette: readonly (readonly number[])[];
};

/** Reads a PNG with a palette. */
export async function readPng(file: Uint8Array): Promise<ReadPng> {
  if ([...file.slice(0, 8)].join() !== '137,80,78,71,13,10,26,10') throw new Error('no PNG');
  const view = new DataView(file.buffer, file.byteOffset);
  const chunks: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (let at = 8; at < file.length; ) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(file.slice(at + 4, at + 8));
    const content = new Uint8Array(file.slice(at + 8, at + 8 + length));
    chunks[type] = type in chunks ? Uint8Array.of(...(chunks[type] as Uint8Array), 10, ...content) : content;
    at += length + 12;
  }
  const header = new DataView((chunks.IHDR as Uint8Array<ArrayBuffer>).buffer);
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  const stream = new Blob([chunks.IDAT as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const rows: Uint8Array[] = [];
  for (let y = 0; y < height; y++) {
    const line = raw.slice(y * (width + 1) + 1, (y + 1) * (width + 1));
    const above = rows[y - 1];
    if (raw[y * (width + 1)] !== 2) throw new Error('a filter that is not "up"');
    rows.push(above ? line.map((byte, x) => byte + (above[x] as number)) : line);
  }
  const colours = chunks.PLTE ?? new Uint8Array();
  const palette = Array.from({ length: colours.length / 3 }, (_, i) => [...colours.slice(3 * i, 3 * i + 3)]);
  return { width, height, rows, chunks, palette };
}

/**
 * Whether black text stands somewhere in a picture, in characters whose dots are squares of 2 by 2.
 *
 * @param picture read back
 * @param text of one line
 * @param upwards whether it is turned by 90 degrees
 */
export function hasText({ width, height, rows, palette }: ReadPng, text: string, upwards = false): boolean {
  const ink = palette.findIndex((colour) => colour.join() === '0,0,0');
  const dots = [...text].flatMap((character, i) =>
    glyphOf(character).map(([column, row]) => [12 * i + 2 * column, 2 * row] as const),
  );
  const at = (x: number, y: number) => rows[y]?.[x] === ink;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (dots.every(([along, down]) => (upwards ? at(x + down, y - along) : at(x + along, y + down))))
        return true;
  return false;
}
