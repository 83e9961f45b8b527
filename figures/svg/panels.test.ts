import { expect, test } from 'vitest';
import { findAll, labels, parseXml } from '../testing/xml.ts';
import { type PanelPoint, panelFigure } from './panels.ts';

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
  // 3 dots, 40 of the 100, and the sample of the series that has dots
  expect(findAll(root, 'circle')).toHaveLength(44);
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

test('a dot has a bar of its standard error, down to the end of a logarithmic scale where it reaches below 0', () => {
  const dots: PanelPoint[] = [
    { x: 1, y: 1, error: 0.5 },
    { x: 2, y: 10, error: 20 },
    { x: 3, y: 100 },
  ];
  const panel = { title: 'p', x: 'x', scales: { y: 'log' } } as const;
  const barsOf = (points: PanelPoint[]) =>
    findAll(
      parseXml(panelFigure('t', [{ ...panel, series: [{ label: 'a', dots: points }] }])),
      'path',
    ).flatMap(({ attributes }) =>
      [...(attributes.d ?? '').matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(([, low, high]) => [
        Number(low),
        Number(high),
      ]),
    );
  expect(barsOf(dots.map(({ x, y }) => ({ x, y })))).toEqual([]);
  const [first, second, ...more] = barsOf(dots) as [[number, number], [number, number]];
  expect(more).toEqual([]);
  // equal factors are equal lengths: from 0.5 to 1.5 as from 1 to 3, and the other one ends below the frame
  const decade = (first[0] - first[1]) / Math.log10(3);
  expect(second[1]).toBeCloseTo(first[1] - decade * Math.log10(30 / 1.5), 0);
  expect(second[0]).toBeGreaterThan(first[0]);
});

test('a second prediction is dashed', () => {
  const svg = panelFigure('t', [
    {
      title: 'p',
      x: 'x',
      series: [{ label: 'a', line: points(3, (x) => x), dashed: points(3, (x) => 2 * x) }],
    },
  ]);
  expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
});
