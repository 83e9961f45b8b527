type Child = Node | string;
type Attributes = Readonly<Record<string, string | number | undefined>>;

/**
 * An HTML element. Text is text: nothing here reads markup, so what a grid's title or an error says cannot become any.
 *
 * @param name of the element
 * @param attributes by name; undefined ones are left out
 * @param children elements and text
 * @example html('p', { class: 'note' }, 'a < b')
 */
export function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  return filled(document.createElement(name), attributes, children);
}

/**
 * An SVG element, made like those of {@link html}. Coordinates get at most two decimals.
 *
 * @param name of the element
 * @param attributes by name
 * @param children elements and text
 * @example svg('line', { x2: 10, stroke: 'currentColor' })
 */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined)
      element.setAttribute(name, typeof value === 'number' ? String(Math.round(value * 100) / 100) : value);
  element.append(...children);
  return element;
}

/**
 * The element of the page with an id or another selector.
 *
 * @param selector of CSS
 * @param within where to look; the whole page by default
 * @throws Error if the page has none: then page.html and the code do not fit together
 * @example find<HTMLSelectElement>('#grid').value
 */
export function find<E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E {
  const found = within.querySelector<E>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

const widths = new WeakMap<Element, number>();
const observer =
  typeof ResizeObserver === 'undefined'
    ? undefined
    : new ResizeObserver((entries) => {
        for (const { target, contentRect } of entries) widths.set(target, contentRect.width);
      });

/**
 * The width of an element, without making the browser lay out what was just changed: it is measured once, and watched.
 *
 * @param element of the page
 * @returns pixels
 * @example widthOf(find('#plane .figure'))
 */
export function widthOf(element: HTMLElement): number {
  const known = widths.get(element);
  if (known !== undefined) return known;
  observer?.observe(element);
  widths.set(element, element.clientWidth);
  return element.clientWidth;
}
