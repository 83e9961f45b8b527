import { FORMATS, type Format } from '../schemas/endpoint.ts';
import { HttpProblem } from './problem.ts';

/** The media types of the formats. */
const MEDIA_TYPES: Record<Format, string> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  npy: 'application/octet-stream',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};

/** Which format to answer in: the extension decides, then `?format=`, then `Accept`, then json. */
export function chooseFormat(
  request: Request,
  extension: Format | undefined,
  possible: readonly Format[],
): Format {
  const wanted = new URL(request.url).searchParams.getAll('format');
  if (wanted.length > 1) throw unknownFormat('format stands twice.', possible);
  const named = possible.find((format) => format === wanted[0]);
  if (wanted.length > 0 && !named) throw unknownFormat('There is no such format here.', possible);
  if (extension && !possible.includes(extension))
    throw unknownFormat(`This has no answer as ${extension}.`, possible);
  return extension ?? named ?? accepted(request.headers.get('accept') ?? '', possible);
}

/**
 * The format that an Accept header prefers; of several the first that there is. Where it names none of ours, json: an
 * answer beats a 406.
 */
function accepted(header: string, possible: readonly Format[]): Format {
  const choices = header.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((text) => text.startsWith('q='));
    return { type, quality: quality ? Number(quality.slice(2)) || 0 : 1 };
  });
  const quality = (format: Format) => {
    const type = MEDIA_TYPES[format].split(';')[0] as string;
    // the most specific of what the header says of a type decides
    for (const name of [type, `${type.split('/')[0]}/*`, '*/*']) {
      const choice = choices.find((one) => one.type === name);
      if (choice) return choice.quality;
    }
    return 0;
  };
  let best: Format = 'json';
  let bestQuality = possible.includes('json') ? quality('json') : 0;
  for (const format of possible)
    if (quality(format) > bestQuality) [best, bestQuality] = [format, quality(format)];
  return best;
}

function unknownFormat(why: string, possible: readonly Format[]): HttpProblem {
  const detail = `${why} Formats: ${possible.join(', ')}.`;
  return new HttpProblem(400, detail, [{ pointer: '#/format', detail }]);
}

/** The headers of an answer in a format. Caches must keep the answers to different Accept headers apart. */
export function formatHeaders(format: Format): Record<string, string> {
  return { 'content-type': MEDIA_TYPES[format], vary: 'Accept' };
}

/** A path's last part, taken apart: `mnist.csv` is the resource `mnist` as csv. */
export function splitExtension(name: string): { stem: string; extension: Format | undefined } {
  const extension = FORMATS.find((format) => name.endsWith(`.${format}`));
  return { stem: extension ? name.slice(0, -extension.length - 1) : name, extension };
}
