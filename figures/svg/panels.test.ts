import { expect, test } from 'vitest';
import { findAll, labels, parseXml } from '../testing/xml.ts';
import { panelFigure } from './panels.ts';

const points = (count: number, y: (x: number) => number | null) =>
  Array.from({ length: count }, (_, x) => ({ x, y: y(x) }));

test('each panel has its title and axes, each series one colour and one entry in the legend', () => {
  const svg = panelFigure('Signals', [
    {
      title: 'q',
      x: 'layer',
      series: [{ label: 'a', dots: points(3, (x) => x), line: points(3, (x) => x) }],
    },
    {
      title: 'gradient',
      x: 'layer',
      series: [
        { label: 'a', dots: points(100, (x) => 10 ** -x) },
        { label: 'b', line: points(5, (x) => 10 ** -x) },
      ],
      scales: { y: 'log' },
    },
  ]);
  const root = parseXml(svg);
  expect(labels(root)).toEqual(expect.arrayContaining(['q', 'gradient', 'a', 'b']));
  expect(labels(root).filter((label) => label === 'a')).toHaveLength(1);
  // 3 dots, 40 of the 100, and two samples
  expect(findAll(root, 'circle')).toHaveLength(45);
  expect(svg).not.toContain('NaN');
});

test('what is not positive is left out of a logarithmic plot, and an empty one is still a plot', () => {
  const series = [{ label: 'a', dots: points(4, (x) => (x === 0 ? null : x - 2)) }];
  const svg = panelFigure('t', [
    { title: 'p', x: 'x', series, scales: { y: 'log' } },
    { title: 'empty', x: 'x', series: [] },
  ]);
  // 1 is the only positive value; the other circle is the legend's
  expect(findAll(parseXml(svg), 'circle')).toHaveLength(2);
});
