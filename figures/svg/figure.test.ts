import { describe, expect, it } from 'vitest';
import { findAll, labels, parseXml } from '../testing/xml.ts';
import { figure, headHeight, shorten } from './figure.ts';
import { element } from './xml.ts';

const draw = (title: string) => parseXml(figure({ title, description: 'A & B' }, 99.5, element('g', {})));

describe('figure', () => {
  it('scales to the room there is, and says what it shows', () => {
    const root = draw('a < b');
    expect(root.attributes).toMatchObject({ viewBox: '0 0 720 100', role: 'img' });
    expect(root.attributes).not.toHaveProperty('width');
    const named = root.attributes['aria-labelledby']?.split(' ');
    const found = root.children.filter(({ attributes }) => named?.includes(attributes.id as string));
    expect(found.map(({ name, text }) => [name, text])).toEqual([
      ['title', 'a < b'],
      ['desc', 'A & B'],
    ]);
  });

  it('has a dark form', () => {
    expect(findAll(draw('x'), 'style')[0]?.text).toContain('@media (prefers-color-scheme:dark)');
  });

  it('breaks a long title into two lines, and no more', () => {
    const long = 'measured accuracy of networks '.repeat(9);
    expect(labels(draw('short'))).toEqual(['short']);
    const lines = labels(draw(long));
    expect(lines.length).toBe(2);
    expect(lines[0]?.length).toBeLessThan(80);
    expect(lines[1]).toMatch(/…$/);
    expect(labels(draw('x'.repeat(500)))[0]).toMatch(/^x{50,80}…$/);
    expect(headHeight(long)).toBe(headHeight('short') + 20);
  });
});

it('shortens by characters, not by their halves', () => {
  expect(shorten('😀😀😀😀', 3)).toBe('😀😀…');
  expect(shorten('abc', 3)).toBe('abc');
});
