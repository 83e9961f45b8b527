import { describe, expect, test } from 'vitest';
import type { ActivationName } from '../../catalogue/activations.ts';
import { ACTIVATIONS } from '../../theory/index.ts';
import { availableBackends } from '../backends/index.ts';
import { mul } from '../graph/operators/arithmetic.ts';
import { sgd } from '../optimisers/sgd.ts';
import { gaussians } from '../random/gaussian.ts';
import { stream } from '../random/stream.ts';
import { crossEntropyLoss, finiteDifferences, matrix, relativeError } from '../testing/float64.ts';
import { LABELS, oneLoss } from '../testing/one-loss.ts';
import { activations } from './index.ts';

const names = Object.keys(activations) as ActivationName[];

test('every activation of the theory can be trained', () => {
  expect(names.toSorted()).toEqual(Object.keys(ACTIVATIONS).toSorted());
});

describe.each(availableBackends())('$name', (backend) => {
  test.each(
    names,
  )('%s has the values of the theory, and the gradient of finite differences', async (name) => {
    const { phi } = ACTIVATIONS[name];
    // some on each side of the kinks of relu6 and hard_swish
    const data = gaussians(stream(2, name), 12, 9);
    const parameters = [{ name: 'p0', shape: [4, 3], data }];
    // the linear one is its input, which cannot be an output
    const network = oneLoss([[4, 3]], (graph, [x]) =>
      graph.call(mul, [activations[name](graph, x as never), graph.scalar(1)]),
    );
    const trainer = await backend.create(
      { name, network, optimiser: sgd, options: { learning_rate: 1 }, norms: [], gradients: ['p0'] },
      parameters,
    );
    const { logits, gradients } = await trainer.step({ labels: BigInt64Array.from(LABELS, BigInt) });
    expect(relativeError(logits, Array.from(data, phi))).toBeLessThan(1e-6);
    const expected = finiteDifferences(parameters, ({ p0 = [] }) =>
      crossEntropyLoss(matrix(Array.from(p0, phi), 3), LABELS),
    );
    // (float32 logits of several hundred, of relu_squared, have their last digit there)
    expect(relativeError(gradients.p0 ?? [], expected.p0 ?? [])).toBeLessThan(1e-5);
    await trainer.release();
  });
});
