import { describe, expect, it } from 'vitest';
import type { ActivationName } from '../catalogue/activations.ts';
import { OPTIMISER_NAMES } from '../catalogue/training.ts';
import {
  ACTIVATIONS,
  depthScales,
  describeNetwork,
  type FittedDepth,
  type FormScales,
  fittedDepth,
  formScales,
  Meter,
  OutOfWork,
  type PlainStack,
  plainNetwork,
} from '../theory/index.ts';
import { MAX_WORK } from './effort.ts';
import { FITTING, fittedFor } from './rule.ts';

const { rule, statistics } = FITTING;

const KEEPS = [1, 0.99, 0.95, 0.8, 0.5];
const STEPS = [1, 100, 500, 2000, 20_000];
const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as ActivationName[];

type Asked = { readonly settings: ReturnType<typeof describeNetwork>; readonly scales: FormScales | null };

/** Networks with dropout of an activation, over weights from those that collapse to those that are chaotic, by keep. */
function* networksOf(activation: ActivationName): Generator<{ place: string; byKeep: Asked[] }> {
  for (const sigma_w2 of [0.5, 1, 1.8, 4])
    for (const sigma_b2 of [0, 0.05])
      yield {
        place: `${activation} sigma_w2 ${sigma_w2} sigma_b2 ${sigma_b2}`,
        byKeep: KEEPS.map((keep) => {
          const network: PlainStack = {
            ...{ activation, technique: 'bernoulli', mask: 'independent', q0: 1 },
            ...{ keep, sigma_w2, sigma_b2 },
          };
          return {
            settings: describeNetwork(plainNetwork(network)),
            scales: formScales(plainNetwork(network), statistics.mnist),
          };
        }),
      };
}

const asking = ({ settings, scales }: Asked, more: object): FittedDepth | null =>
  scales && fittedDepth(rule, scales, { ...settings, ...more });

describe('the fitted rule over all activations, weights, noise, optimisers and steps', () => {
  it.each(ACTIVATION_NAMES)('has an interval around every depth, deeper with more steps: %s', {
    timeout: 60_000,
  }, (name) => {
    let depths = 0;
    for (const { place, byKeep } of networksOf(name))
      for (const network of byKeep)
        for (const optimiser of OPTIMISER_NAMES)
          for (const learning_rate of [undefined, 0.001]) {
            let last = 0;
            for (const steps of STEPS) {
              const said = asking(network, { optimiser, steps, learning_rate });
              if (!said) continue;
              const { depth, low, high } = said;
              const here = [place, network.settings.keep, optimiser, steps, learning_rate, low, depth, high];
              if (Number.isFinite(depth))
                expect([...here, low > 0 && low < depth && depth < high]).toEqual([...here, true]);
              else expect([low, high]).toEqual([depth, depth]);
              // (the best rate is found to a tenth, which moves the depth by far less)
              expect([...here, depth >= 0.999 * last]).toEqual([...here, true]);
              last = depth;
              depths++;
            }
          }
    expect(depths).toBeGreaterThan(0);
  });

  // (the wider u, the steeper these are: noise widens it, and may carry signals farther)
  const steepening = ACTIVATION_NAMES.filter(
    (name) => ACTIVATIONS[name].moments(1).slope2 > 2 * ACTIVATIONS[name].moments(0.1).slope2,
  );

  it.each(
    ACTIVATION_NAMES.filter((name) => !steepening.includes(name)),
  )('is never deeper with more noise: %s', { timeout: 60_000 }, (name) => {
    for (const { place, byKeep } of networksOf(name))
      for (const optimiser of Object.keys(rule.optimisers))
        for (const learning_rate of [undefined, 0.001]) {
          const depths = byKeep.map((network) => asking(network, { optimiser, learning_rate })?.depth);
          const known = depths.filter((depth) => depth !== undefined);
          const least = known.map((_, i) => Math.min(...known.slice(0, i + 1)));
          const here = [place, optimiser, learning_rate, known];
          expect([...here, known.every((depth, i) => depth <= 1.001 * (least[i] as number))]).toEqual([
            ...here,
            true,
          ]);
        }
  });

  it('leaves few activations out of that', () => {
    expect(steepening).toEqual(['cos', 'tanhshrink', 'softshrink', 'hardshrink', 'relu_squared']);
  });
});

describe('the work of the fitted rule', () => {
  const asked = (activation: ActivationName, width: number) => {
    const network = plainNetwork({
      ...{ activation, technique: 'none', mask: 'independent', q0: 1 },
      ...{ sigma_w2: 2, sigma_b2: 0 },
    });
    const meter = new Meter(MAX_WORK);
    const ask = () => meter.run(() => fittedFor(network, { width }, depthScales(network)));
    return { ask, taken: () => meter.spent };
  };

  it('is counted by the layer: the deeper, the more', () => {
    const [narrow, wide] = [asked('relu', 100), asked('relu', 4096)];
    for (const { ask } of [narrow, wide]) ask();
    expect(narrow.taken()).toBeGreaterThan(0);
    expect(wide.taken()).toBeGreaterThan(narrow.taken());
  });

  it.each(['softsign', 'selu', 'elu'] as const)('never takes more than there is: %s', (activation) => {
    const { ask, taken } = asked(activation, 4096);
    try {
      ask();
    } catch (error) {
      expect(error).toBeInstanceOf(OutOfWork);
    }
    expect(taken()).toBeGreaterThan(MAX_WORK / 10);
    expect(taken()).toBeLessThanOrEqual(MAX_WORK);
  });
});
