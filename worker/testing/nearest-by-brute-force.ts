import type { Nearest, Sought } from '../../answers/measured/family.ts';
import type { MeasuredGrid } from '../../answers/measured/grid.ts';
import { distanceBetween, type Place } from '../../answers/measured/place.ts';
import { differenceBetween, KIND, kindOf, UNSAID } from '../../answers/measured/settings.ts';
import { FITTING } from '../../answers/rule.ts';
import { OWN_INITS } from '../../catalogue/inits.ts';
import { pickNoise, type TrainedTechnique } from '../../catalogue/techniques.ts';
import { keepEffective, normalises, readConditions, readNoise } from '../../theory/index.ts';

/** A column before anything is compared with it. */
type Measured = Omit<Nearest, 'distance'> & { readonly place: Place };

/**
 * What `Family.nearest` answers, by a walk over all columns of all grids: the order of docs/api.md as it is written there.
 *
 * @param grids of any activation, in the order of their ids
 * @param sought the network
 * @example nearestByBruteForce(grids, sought)?.grid.id
 */
export function nearestByBruteForce(grids: readonly MeasuredGrid[], sought: Sought): Nearest | undefined {
  const usual = { ...UNSAID, ...readConditions(FITTING.rule, sought.data ?? sought.settings.data) };
  const wanted = { ...usual, ...sought.settings, accuracy_threshold: usual.accuracy_threshold };
  let best: (Nearest & { readonly order: number }) | undefined;
  for (const { place, ...measured } of grids.flatMap(columnsOf)) {
    if (!measures({ place, ...measured }, sought)) continue;
    const { depth } = measured.column;
    const distance = distanceBetween(sought, place);
    const difference = differenceBetween(measured.settings, wanted, usual);
    const order = distance + 10 * difference + (depth === null ? 1000 : 0);
    const deeper = order === best?.order && (depth ?? 0) > (best.column.depth ?? 0);
    if (!best || order < best.order || deeper) best = { ...measured, distance, order };
  }
  if (!best) return undefined;
  const { order: _, ...nearest } = best;
  return nearest;
}

function columnsOf(grid: MeasuredGrid): Measured[] {
  const { technique, columns = [], settings: shared = {} } = grid;
  if (!(OWN_INITS as readonly unknown[]).includes(shared.init) || technique === 'dropconnect') return [];
  const name = technique as TrainedTechnique;
  return columns.map((column) => {
    const { sigma_w2, sigma_b2, keep, width, learning_rate } = column;
    const { noise } = readNoise({ technique: name, ...pickNoise(shared, name, keep) });
    return {
      ...{ grid, column, settings: { ...shared, sigma_w2, sigma_b2, width, learning_rate } },
      place: { sigma_w2, sigma_b2, keep: keepEffective(noise) },
    };
  });
}

function measures({ grid, settings, place }: Measured, sought: Sought): boolean {
  const plain = !normalises(sought.technique);
  const silent = plain && (sought.keep === 1 || place.keep === 1);
  const techniques = silent ? ['none', 'bernoulli', sought.technique] : [sought.technique];
  const kind = plain && sought.keep === 1 ? { ...sought.settings, schedule: 'constant' } : sought.settings;
  return (
    grid.activation === sought.activation &&
    techniques.includes(grid.technique) &&
    (sought.data === undefined || sought.data === grid.data) &&
    Object.keys(KIND).every((name) => kindOf(settings, name) === kindOf(kind, name))
  );
}
