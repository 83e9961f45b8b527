/** An element as a test looks at it. */
export type Node = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  /** its own text, unescaped */
  text: string;
};

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const NAME = '[A-Za-z_][\\w.-]*';
const TOKEN = new RegExp(`<(/?)(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>|([^<]+)`, 'gy');
const ATTRIBUTE = new RegExp(`(${NAME})="([^"<]*)"`, 'g');
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/**
 * Reads XML as strictly as its specification, in the part of the language that the encoders use: a declaration, elements,
 * attributes in double quotes, text.
 *
 * @param text a document
 * @returns the root
 * @throws Error if it is not well-formed
 */
export function parseXml(text: string): Node {
  if (FORBIDDEN.test(text)) throw new Error('a character that XML forbids');
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!text.startsWith(declaration)) throw new Error('no declaration');
  const top: Node = { name: '', attributes: {}, children: [], text: '' };
  const open: Node[] = [top];
  TOKEN.lastIndex = declaration.length;
  let end = TOKEN.lastIndex;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    end = TOKEN.lastIndex;
    const [, closing, name, attributes = '', empty, content] = token;
    const parent = open.at(-1) as Node;
    if (content !== undefined) parent.text += plain(content);
    else if (closing) {
      if (open.length < 2 || parent.name !== name || attributes || empty)
        throw new Error(`a stray </${name}>`);
      open.pop();
    } else {
      const node: Node = {
        name: name as string,
        attributes: parseAttributes(attributes),
        children: [],
        text: '',
      };
      parent.children.push(node);
      if (!empty) open.push(node);
    }
  }
  if (end !== text.length) throw new Error(`not XML: ${text.slice(end, end + 60)}`);
  if (open.length > 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  if (top.children.length !== 1 || top.text.trim()) throw new Error('not one root');
  return top.children[0] as Node;
}

function parseAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(ATTRIBUTE)) {
    if (Object.hasOwn(attributes, name as string)) throw new Error(`${name} stands twice`);
    attributes[name as string] = plain(value as string);
  }
  return attributes;
}

function plain(text: string): string {
  return text.replace(/&([^;]*;?)/g, (whole, name: string) => {
    const sign = ENTITIES[name.slice(0, -1)];
    if (!name.endsWith(';') || sign === undefined) throw new Error(`a bare & in ${whole}`);
    return sign;
  });
}

/**
 * All elements below a node, and itself, that have a name or class.
 *
 * @param node where to look
 * @param wanted `path`, or `.hatched`
 */
export function findAll(node: Node, wanted: string): Node[] {
  const is = wanted.startsWith('.') ? node.attributes.class === wanted.slice(1) : node.name === wanted;
  return [...(is ? [node] : []), ...node.children.flatMap((child) => findAll(child, wanted))];
}

/**
 * The text of all text elements below a node.
 *
 * @param node where to look
 */
export function labels(node: Node | undefined): string[] {
  return node ? findAll(node, 'text').map((text) => text.text) : [];
}
