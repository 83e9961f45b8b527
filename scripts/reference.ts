/**
 * Writes the API reference of the packages into docs/reference/, from the comments in their declarations: `npm run reference`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildPackage, PACKAGE_ROOMS, type PackageRoom } from './build-package.ts';

const ROOT = path.dirname(import.meta.dirname);

/** Where the reference of a package stands. */
export const referencePage = (room: PackageRoom) => path.join(ROOT, 'docs', 'reference', `${room}.md`);

/** A declaration of a package, and the comment on it. */
export type Declaration = { name: string; group: string; comment: string; code: string };

/** Lines of a declaration that are shown; those of zod's types go on for hundreds. */
const LINES_SHOWN = 40;

/**
 * What a package exports, in alphabetical order.
 *
 * @param entry the declarations of its entry, for example dist/theory/index.d.ts
 */
export function readExports(entry: string): Declaration[] {
  const found = new Map<string, Declaration>();
  for (const { code, comment } of readStatements(entry)) {
    const name = declaredName(code);
    if (name) addTo(found, name, { group: groupOf(entry), comment, code });
    const [, list, from] = /^export (?:type )?\{([\s\S]*)\} from '(\.[^']*)';$/.exec(code) ?? [];
    if (list === undefined || from === undefined) continue;
    const file = path.resolve(path.dirname(entry), from.replace(/\.(js|ts)$/, '.d.ts'));
    const exported = readExports(file);
    for (const text of list.split(',')) {
      const [name, alias = name] = text
        .replace(/^\s*type /, '')
        .trim()
        .split(' as ') as [string, string?];
      for (const one of exported.filter((known) => known.name === name)) addTo(found, alias as string, one);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function addTo(found: Map<string, Declaration>, name: string, rest: Omit<Declaration, 'name'>): void {
  // (overloads are declarations of one name)
  const before = found.get(name);
  const code = before && before.code !== rest.code ? `${before.code}\n${rest.code}` : rest.code;
  if (name) found.set(name, { ...rest, name, code, comment: before?.comment || rest.comment });
}

/** The folder of a file inside its room; of files that lie in the room itself, their name. */
const groupOf = (file: string) =>
  file
    .split(path.sep)
    .slice(file.split(path.sep).lastIndexOf('dist') + 2)[0]
    ?.replace('.d.ts', '') ?? '';

const declaredName = (code: string) =>
  /^export (?:declare )?(?:abstract )?(?:function|const|type|interface|class|enum) ([\w$]+)/.exec(code)?.[1];

type Statement = { code: string; comment: string };

/** The statements of a file of declarations, in which the compiler begins each on a line of its own, at its left edge. */
function readStatements(file: string): Statement[] {
  const statements: Statement[] = [];
  let comment = '';
  for (const block of readFileSync(file, 'utf8').split(/\n(?=[^\s})\]])/)) {
    if (block.startsWith('/*') && /\*\/\s*$/.test(block)) comment = block.startsWith('/**') ? block : '';
    else {
      statements.push({ code: block.trim(), comment });
      comment = '';
    }
  }
  return statements;
}

/** A comment's text, and its tags: `@param q variance` is ['param', 'q variance']. */
export function parseComment(comment: string): { text: string; tags: [name: string, text: string][] } {
  const lines = comment
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [text = '', ...tags] = lines.join('\n').split(/^@/m);
  return {
    text: withoutLinks(text),
    tags: tags.map((tag) => {
      const [, name = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag.trim()) ?? [];
      return [name, withoutLinks(rest)];
    }),
  };
}

const withoutLinks = (text: string) => text.replaceAll(/\{@link (\w+)\}/g, '`$1`').trim();

const TITLES: Readonly<Record<string, string>> = { returns: 'Returns ', throws: 'Throws ', see: 'Source: ' };

function formatDeclaration({ name, comment, code }: Declaration): string[] {
  const { text, tags } = parseComment(comment);
  const lines = code.replaceAll(/^export (declare )?/gm, '').split('\n');
  const shown = lines.length > LINES_SHOWN ? [...lines.slice(0, LINES_SHOWN), '// …'] : lines;
  const notes = tags
    .filter(([tag]) => tag !== 'example')
    .map(([tag, rest]) => {
      const flat = rest.replaceAll(/\s+/g, ' ');
      if (tag === 'param') return `- ${flat.replace(/^\S+/, '`$&`:')}`;
      return `- ${TITLES[tag] ?? `${tag} `}${flat}`;
    });
  const examples = tags.filter(([tag]) => tag === 'example').map(([, example]) => example);
  return [
    `### ${name}`,
    text,
    ['```ts', ...shown, '```'].join('\n'),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    ...examples.flatMap((example) => ['For example:', ['```ts', example, '```'].join('\n')]),
  ].filter((part) => part !== '');
}

/**
 * The reference of a package as a page.
 *
 * @param room of the package
 * @param dist where it was built, for example theory/dist
 */
export function formatReference(room: PackageRoom, dist: string): string {
  const all = readExports(path.join(dist, room, 'index.d.ts'));
  const groups = [...new Set(all.map(({ group }) => group))].sort();
  const sections = groups.flatMap((group) => [
    `## ${group}`,
    ...all.filter((one) => one.group === group).flatMap(formatDeclaration),
  ]);
  const head = [
    `# @dropline/${room}`,
    '<!-- Written by npm run reference. -->',
    `Everything that the package exports, by the file or folder that it comes from. [What it is for](../../${room}/README.md).`,
  ];
  return `${[...head, ...sections].join('\n\n')}\n`;
}

if (import.meta.main)
  for (const room of PACKAGE_ROOMS) {
    const folder = path.join(ROOT, room);
    buildPackage(folder);
    mkdirSync(path.dirname(referencePage(room)), { recursive: true });
    writeFileSync(referencePage(room), formatReference(room, path.join(folder, 'dist')));
  }
