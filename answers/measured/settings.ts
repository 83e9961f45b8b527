import { PLAIN_OPS, resolveSchedule, type ScheduleAlias } from '../../catalogue/techniques.ts';
import type { Setting } from '../../theory/index.ts';

/** What networks were made and trained with, by the names of `settingsOf`. */
export type Settings = Readonly<Record<string, Setting | undefined>>;

/** What makes networks of another kind, and what a plan or a question that does not say it means. */
export const KIND: Settings = { schedule: 'constant', carry: 0, branch: 1, ops: PLAIN_OPS.join(' ') };

/** What a plan or a question that does not say it means, of all settings. */
export const UNSAID: Settings = { ...KIND, rate_schedule: 'constant' };

/** No number is farther than this from another one, in ln: 0 would be, from all. */
const FARTHEST = 20;

/**
 * What makes networks of another kind, under its one name.
 *
 * @param settings of a network
 * @param name of {@link KIND}
 * @example kindOf({}, 'schedule') // 'constant'
 */
export function kindOf(settings: Settings, name: string): Setting | undefined {
  const said = settings[name] ?? KIND[name];
  return name === 'schedule' ? resolveSchedule(said as ScheduleAlias) : said;
}

/**
 * How far settings are from those wanted. Numbers: by their ln. Names: 1 for another one that is the usual one, 2 for any
 * other: networks with what nobody measured are compared with the usual ones rather than with any.
 *
 * @param settings of measured networks
 * @param wanted of the networks sought
 * @param usual those of the fitted rule
 * @example differenceBetween({ width: 100 }, { width: 200 }, { width: 100 }) // 0.693147…
 */
export function differenceBetween(settings: Settings, wanted: Settings, usual: Settings): number {
  const differences = Object.entries(wanted).map(([name, wish]) => {
    const own = settings[name] ?? UNSAID[name];
    if (wish === undefined || wish === own || name in KIND) return 0;
    if (typeof wish === 'string' || typeof own !== 'number') return own === usual[name] ? 1 : 2;
    return Math.min(Math.abs(Math.log(own / wish)), FARTHEST);
  });
  return differences.reduce((sum, one) => sum + one, 0);
}
