import { computeNoise, keepEffective } from '../../theory/index.ts';
import type { Check } from './check.ts';
import { createStepper } from './stepper.ts';

const STEPS = 50;

/** The parameters of a layer's mask, by the names that the trainer gives them. */
const PARAMETERS = ['Wh', 'bh', 'Wmu', 'bmu', 'Wsig', 'bsig'] as const;

/** A1: every parameter of the masks is moved by the loss alone, together with the weights. */
export const checkAdvancedLayer: Check = async () => {
  const stepper = await createStepper(
    { technique: 'advanced', noise_learning_rate: 0.001 },
    'ort-web-training',
  );
  try {
    await stepper.run(STEPS);
    const after = new Map((await stepper.values()).map(({ name, data }) => [name, data]));
    const moved = (name: string) => {
      const [before, now] = [stepper.initial.find((one) => one.name === name)?.data, after.get(name)];
      return now?.some((x, i) => x !== before?.[i]) ?? false;
    };
    const names = [1, 2, 3].flatMap((layer) => PARAMETERS.map((name) => `noise ${layer} ${name}`));
    const still = names.filter((name) => !moved(name));
    const start = keepEffective(computeNoise('advanced', {}));
    return {
      kind: 'exact',
      holds: still.length === 0 && moved('W1'),
      triedOn: `three layers of 100 units on MNIST, ${STEPS} steps`,
      note:
        `The mask is σ(mu + sigma n): any shape between a bell and two spikes, not a family that keep or a variance picks. After ${STEPS} steps of the ` +
        `cross-entropy alone, without a penalty, all ${names.length} parameters of the three layers had moved${still.length > 0 ? `, but for ${still.join(', ')}` : ''}. ` +
        `It starts at an effective keep of ${start.toFixed(3)}.`,
    };
  } finally {
    await stepper.release();
  }
};
