import { describe, expect, it } from 'vitest';
import { samplePlane } from '../testing/plane.ts';
import { findAll, labels, parseXml } from '../testing/xml.ts';
import { encodeHeatMap, type HeatMapOptions } from './heat-map.ts';
import type { Overlay } from './overlays.ts';

const slope = samplePlane(20, 20, (x, y) => x + y, { unit: 'layers', title: 'Depth scale' });

const draw = async (plane = slope, options: HeatMapOptions = {}) =>
  parseXml(await encodeHeatMap(plane, options));

const one = (root: Parameters<typeof findAll>[0], wanted: string) => {
  const found = findAll(root, wanted);
  expect(found.length, wanted).toBe(1);
  return found[0] as (typeof found)[number];
};

describe('encodeHeatMap', () => {
  it('has a picture, axes, a colour bar with its unit, and a description', async () => {
    const root = await draw();
    expect(one(root, 'image').attributes.href).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
    const [x, y] = [one(root, '.x'), one(root, '.y')];
    expect(labels(x)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
    expect(labels(y)).toEqual(labels(x));
    // y upwards
    const heights = y.children.map((tick) => Number(tick.attributes.y));
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    expect(labels(one(root, '.axes'))).toEqual(expect.arrayContaining(['sigma_w2', 'keep']));
    expect(labels(one(root, '.colours'))).toEqual(['0', '0.5', '1', '1.5', '2', 'xi_2 (layers)']);
    expect(one(root, 'desc').text).toBe(
      'Heat map of xi_2 (layers) over sigma_w2 (20 values, 0 to 1) and keep (20 values, 0 to 1). Values from 0 to 2, linear colours.',
    );
    expect(findAll(root, '.hatched')).toEqual([]);
  });

  it('hatches the cells without value, and says what that means', async () => {
    const root = await draw(samplePlane(4, 4, (x, y) => (x > 0.5 ? Number.NaN : x + y)));
    expect(one(root, '.hatched').attributes.fill).toBe('url(#hatch)');
    expect(labels(one(root, '.legend'))).toEqual(['no value']);
    expect(one(root, 'desc').text).toContain('8 of 16 cells have no value.');
  });

  it('draws a plane without any value, or of one cell', async () => {
    expect(findAll(await draw(samplePlane(3, 3, () => Number.NaN)), '.colours')).toEqual([]);
    const single = await draw(samplePlane(1, 1, () => 7));
    expect(labels(one(single, '.colours'))).toEqual(['7', 'xi_2']);
  });

  it('has a contour for each value on the colour bar', async () => {
    const root = await draw(
      samplePlane(20, 20, (x, y) => 1 + 999 * x * y, { scale: 'log' }),
      {
        contours: true,
      },
    );
    const levels = labels(one(root, '.colours')).slice(0, -1);
    expect(levels).toEqual(['1', '2', '10', '20', '100', '200', '1000']);
    expect(findAll(one(root, '.contours'), 'path').length).toBe(levels.length);
  });

  it('draws curves and points, each with a legend', async () => {
    const overlays: Overlay[] = [
      {
        label: '6 xi_2',
        kind: 'curve',
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
      },
      {
        label: 'gap',
        kind: 'curve',
        points: [
          { x: 0, y: 0 },
          { x: 0.5, y: null },
          { x: 1, y: 1 },
        ],
      },
      {
        label: 'measured',
        kind: 'points',
        points: [
          { x: 0, y: 0.5, low: 0.25, high: 0.75 },
          { x: 0.5, y: 0.5, low: 0.25, high: null },
          { x: 1, y: 0.5 },
          { x: 1, y: null },
        ],
      },
    ];
    const root = await draw(slope, { overlays });
    expect(labels(one(root, '.legend'))).toEqual(['6 xi_2', 'gap', 'measured']);
    const clipped = root.children.find(({ attributes }) => attributes['clip-path'] === 'url(#plot)');
    const curves = clipped?.children.filter(({ attributes }) => attributes.class === 'curve') ?? [];
    const path = (i: number) => curves[i]?.children[1]?.attributes;
    // (0, 0) is the middle of the first of 20 cells: half a cell from the corner of the plot
    const plot = findAll(root, 'clipPath')[0]?.children[0]?.attributes as Record<string, string>;
    const [left, top, width, height] = ['x', 'y', 'width', 'height'].map((name) => Number(plot[name])) as [
      number,
      number,
      number,
      number,
    ];
    expect(path(0)?.d).toBe(
      `M${left + width / 40} ${top + height - height / 40}L${left + width - width / 40} ${top + height / 40}`,
    );
    expect(path(0)).not.toHaveProperty('stroke-dasharray');
    expect(path(1)?.d).toMatch(/^M[\d. ]+M[\d. ]+$/);
    expect(path(1)).toHaveProperty('stroke-dasharray');
    const points = one(root, '.points');
    expect(points.children.length - 1).toBe(3);
    const bars = points.children[0]?.children[0]?.attributes.d?.split('M').slice(1) ?? [];
    expect(bars.length).toBe(2);
    // the open interval ends at the edge of the plot
    expect(bars[1]).toMatch(new RegExp(`V${top}$`));
    expect(one(root, 'desc').text).toContain('Drawn over it: 6 xi_2; gap; measured.');
  });

  it('holds points that are far away', async () => {
    const points = [
      { x: 0, y: 1e300 },
      { x: 1e300, y: -1e300 },
    ];
    const root = await draw(slope, { overlays: [{ label: 'far', kind: 'curve', points }] });
    const d = findAll(root, '.curve')[0]?.children[0]?.attributes.d ?? '';
    for (const number of d.match(/[-\d.]+/g) ?? []) expect(Math.abs(Number(number))).toBeLessThan(1e6);
    expect(d).not.toMatch(/e|N/);
  });

  it('takes any text for text', async () => {
    const text = `"><script>alert(1)</script>&'\u0000\ud800`;
    const plane = { ...slope, title: text, measure: text, unit: text };
    const root = await draw(
      { ...plane, x: { ...plane.x, name: text }, y: { ...plane.y, name: text } },
      { overlays: [{ label: text, kind: 'curve', points: [] }] },
    );
    expect(findAll(root, 'script')).toEqual([]);
    expect(labels(one(root, '.legend'))[0]).toContain('<script>alert(1)</script>');
  });

  it('is small: a plane of 100 × 100 with contours', async () => {
    const plane = samplePlane(100, 100, (x, y) => Math.exp(Math.sin(7 * x) * Math.cos(5 * y)));
    expect((await encodeHeatMap(plane)).length).toBeLessThan(30_000);
    expect((await encodeHeatMap(plane, { contours: true })).length).toBeLessThan(100_000);
  });
});
