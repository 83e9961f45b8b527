import { describe, expect, it } from 'vitest';
import { findAll, labels, parseXml } from './xml.ts';

const document = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;

describe('parseXml', () => {
  it('reads what is well-formed', () => {
    const root = parseXml(document('<a b="&lt;1&quot;"><text>x &amp; y</text><c class="d"/></a>'));
    expect(root.attributes).toEqual({ b: '<1"' });
    expect(labels(root)).toEqual(['x & y']);
    expect(findAll(root, '.d').map(({ name }) => name)).toEqual(['c']);
  });

  it.each([
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a b="1" b="2"/>',
    '<a b=1/>',
    "<a b='1'/>",
    '<a b="<"/>',
    '<a>&</a>',
    '<a>&nbsp;</a>',
    '<a>1 < 2</a>',
    '<a>\u0001</a>',
    '<a>\ud800</a>',
    '<a><!-- x --></a>',
    'x<a/>',
  ])('refuses %j', (body) => {
    expect(() => parseXml(document(body))).toThrow();
  });
});
