import { expect, test } from 'vitest';
import { drawIntervals } from './interval-plot.ts';

const estimate = (label: string, value: number, lower: number, upper: number) => ({
  label,
  value,
  lower,
  upper,
});

/** The numbers of an attribute, in order. */
const numbers = (svg: string, element: string, attribute: string) =>
  [...svg.matchAll(new RegExp(`<${element}[^>]*? ${attribute}="([^"]+)"`, 'g'))].map(([, value]) =>
    Number(value),
  );

test('dots lie between the ends of their intervals, in the order of their values', () => {
  const svg = drawIntervals('Differences', [
    { title: 'accuracy', estimates: [estimate('a', -1, -2, 0.5), estimate('b', 1, 0.5, 3)] },
  ]);
  const [first, second] = numbers(svg, 'circle', 'cx') as [number, number];
  expect(first).toBeLessThan(second);
  const bars = [...svg.matchAll(/<line x1="([\d.]+)" x2="([\d.]+)"[^>]*stroke-width="2.5"/g)].map(
    ([, a, b]) => [Number(a), Number(b)],
  );
  expect(bars).toHaveLength(2);
  for (const [i, dot] of [first, second].entries()) {
    expect(bars[i]?.[0]).toBeLessThan(dot);
    expect(bars[i]?.[1]).toBeGreaterThan(dot);
  }
  expect(svg).toContain('accuracy: a -1 (-2 to 0.5); b 1 (0.5 to 3).');
});

test('an end that is not finite is drawn to the edge, and one value alone has a scale', () => {
  const open = drawIntervals('Open', [
    { title: 'x', estimates: [estimate('a', 0, Number.NEGATIVE_INFINITY, 1)] },
  ]);
  expect(open).not.toContain('NaN');
  expect(open).not.toContain('Infinity"');
  expect(drawIntervals('One', [{ title: 'x', estimates: [estimate('a', 0, 0, 0)] }])).not.toContain('NaN');
});

test('labels are text, whatever they hold', () => {
  const svg = drawIntervals('<b>', [{ title: '"&', estimates: [estimate('<script>', 0, -1, 1)] }]);
  expect(svg).not.toContain('<script>');
  expect(svg).toContain('&lt;script&gt;');
});
