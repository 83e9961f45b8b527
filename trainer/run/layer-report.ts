import { inputNames } from '../networks/names.ts';
import type { NoiseLayers } from '../networks/noise.ts';
import type { Parameter } from '../onnx.ts';

/**
 * What the layers of a trained network report, by what it is, from the input on.
 *
 * @param layers the noise layers
 * @param values the parameters and states after training
 * @param watched the watched scalars of the last step
 * @returns a list with an entry a layer for each name; undefined where no layer reports anything
 * @example layerReport(noise, await trainer.values(), {})
 */
export function layerReport(
  layers: NoiseLayers,
  values: readonly Parameter[],
  watched: Readonly<Record<string, number>>,
): Record<string, (number | null)[]> | undefined {
  const report: Record<string, (number | null)[]> = {};
  layers.forEach((layer, at) => {
    const prefix = inputNames.own(at, '');
    const own = <T>(all: readonly (readonly [string, T])[]) =>
      Object.fromEntries(
        all.flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])),
      );
    const given = layer?.report?.(
      own(values.map(({ name, data }) => [name, data] as const)),
      own(Object.entries(watched)),
    );
    for (const [name, value] of Object.entries(given ?? {})) {
      report[name] ??= layers.map(() => null);
      (report[name] as (number | null)[])[at] = Number.isFinite(value) ? value : null;
    }
  });
  return Object.keys(report).length > 0 ? report : undefined;
}
