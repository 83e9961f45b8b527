import { describe, expect, it } from 'vitest';
import { parseXml } from '../testing/xml.ts';
import { element, escapeXml } from './xml.ts';

const HOSTILE = `</text><script>alert("1")</script> & ' ]]> <!-- \u0000\u001b\ud800 \uffff 😀`;

describe('element', () => {
  it('keeps any text text, in elements and in attributes', () => {
    const { xml } = element('a', { b: HOSTILE }, HOSTILE, element('c', {}));
    const root = parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
    const kept = HOSTILE.replace('\u0000\u001b\ud800 \uffff', '\ufffd\ufffd\ufffd \ufffd');
    expect([root.text, root.attributes.b]).toEqual([kept, kept]);
    expect(root.children.map(({ name }) => name)).toEqual(['c']);
  });

  it('rounds numbers and leaves out what is undefined', () => {
    expect(element('a', { x: 1 / 3, y: -0.001, z: undefined, s: '1.23456' }).xml).toBe(
      '<a x="0.33" y="0" s="1.23456"/>',
    );
  });
});

it('escapes each character once', () => {
  expect(escapeXml('&amp;<')).toBe('&amp;amp;&lt;');
});
