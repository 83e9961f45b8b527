/** Markup. Only {@link element} makes it, so that text can never be taken for it. */
export type Xml = { readonly xml: string };

/** What XML 1.0 has no place for, not even escaped: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Text as it stands in XML, in an element or an attribute; characters that XML cannot hold become U+FFFD.
 *
 * @param text any text
 * @see XML 1.0, 5th edition, sections 2.2 and 2.4
 * @example escapeXml('a < "b"') // 'a &lt; &quot;b&quot;'
 */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
}

/**
 * An element.
 *
 * @param name of the element
 * @param attributes by name; numbers get at most two decimals, undefined ones are left out
 * @param children markup, and text, which is escaped
 * @example element('text', { x: 1 / 3 }, 'a < b').xml // '<text x="0.33">a &lt; b</text>'
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly (Xml | string)[]
): Xml {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeXml(value as string)}"`,
    );
  const inside = children.map((child) => (typeof child === 'string' ? escapeXml(child) : child.xml)).join('');
  return { xml: `<${name}${written.join('')}${inside ? `>${inside}</${name}>` : '/>'}` };
}

/**
 * A coordinate, short: a hundredth of a unit cannot be seen.
 *
 * @param value in the units of the picture
 * @example round(1 / 3) // 0.33
 */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
