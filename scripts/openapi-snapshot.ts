/**
 * What the API promises, as text that is compared: schemas/openapi.snapshot.txt has every operation, parameter and field of the
 * OpenAPI document. What stands there must stay; `npm run docs` adds what is new.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ValuesSchema } from '../schemas/endpoint.ts';
import { openApi } from '../schemas/openapi.ts';
import { operationsOf } from '../schemas/openapi-parts.ts';

const FILE = path.join(import.meta.dirname, '..', 'schemas', 'openapi.snapshot.txt');

/** What there is by place (an operation or a schema) and item (a parameter, a field, …), and what each of them may be. */
export type Promises = ReadonlyMap<string, ReadonlySet<string>>;

const SEPARATOR = ' → ';

/** What an OpenAPI document promises. */
export function promisesOf(document: Parameters<typeof operationsOf>[0] & Schemas): Promises {
  const promises = new Map<string, Set<string>>();
  const add = (place: string, item: string, members: readonly string[]) =>
    promises.set(`${place}${SEPARATOR}${item}`, new Set(members));
  const addContent = (place: string, item: string, content: object = {}) =>
    add(
      place,
      item,
      Object.entries(content as Record<string, { schema: ValuesSchema }>).map(
        ([type, { schema }]) => `${type}${schema.$ref ? ` ${membersOf(schema)}` : ''}`,
      ),
    );
  const addFields = (place: string, prefix: string, { properties = {}, required = [] }: ValuesSchema) => {
    for (const [name, field] of Object.entries(properties as Record<string, ValuesSchema>)) {
      add(place, `${prefix}${name}`, [
        required.includes(name) ? 'required' : 'optional',
        ...membersOf(field),
      ]);
      for (const part of partsOf(field)) addFields(place, `${prefix}${name}.`, part);
    }
  };
  for (const { method, path: address, parameters, requestBody, responses } of operationsOf(document)) {
    const place = `${method} ${address}`;
    for (const { name, in: where, required, schema } of parameters)
      add(place, where === 'query' ? `?${name}` : name, [
        required ? 'required' : 'optional',
        ...membersOf(schema),
      ]);
    if (requestBody) addContent(place, 'body', requestBody.content);
    add(place, 'statuses', Object.keys(responses));
    for (const [status, { content }] of Object.entries(responses))
      if (status < '300' && content) addContent(place, status, content);
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    add(name, 'schema', membersOf(schema));
    for (const part of partsOf(schema)) addFields(name, '', part);
  }
  return promises;
}

type Schemas = { readonly components: { readonly schemas: Readonly<Record<string, ValuesSchema>> } };

/** The objects whose fields a schema has: its own, those of its items, of its alternatives. */
const partsOf = (schema: ValuesSchema): ValuesSchema[] => [
  ...(schema.properties ? [schema] : []),
  ...insidesOf(schema).flatMap(partsOf),
];

const insidesOf = ({ anyOf = [], oneOf = [], items, additionalProperties }: ValuesSchema): ValuesSchema[] =>
  [...anyOf, ...oneOf, items, additionalProperties].flat().filter((one) => typeof one === 'object');

/** What a value may be, in words that are compared one by one. */
function membersOf(schema: ValuesSchema): string[] {
  const { $ref, type = [], enum: names, const: constant, default: usual } = schema;
  const own =
    names || constant !== undefined
      ? [names ?? constant].flat().map((name) => JSON.stringify(name))
      : [type].flat().map((name) => (name === 'array' ? 'list of' : String(name)));
  return [
    ...($ref === undefined ? [] : [$ref.split('/').at(-1) as string]),
    ...own,
    ...insidesOf(schema).flatMap(membersOf),
    ...(usual === undefined ? [] : [`default ${JSON.stringify(usual)}`]),
  ];
}

/** What was promised and is not kept, each by its name. */
export function brokenPromises(before: Promises, now: Promises): string[] {
  return [...before].flatMap(([name, members]) => {
    const there = now.get(name);
    if (!there) return [`${name} is gone`];
    const lost = [...members].filter((member) => !there.has(member));
    return lost.length > 0 ? [`${name} is no longer ${lost.join(', ')}`] : [];
  });
}

/** The text of the file: items of the same name that may be the same stand together, with their places. */
export function writePromises(promises: Promises): string {
  const places = new Map<string, string[]>();
  for (const [name, members] of promises) {
    const [place = '', item = ''] = name.split(SEPARATOR);
    const line = `${item}: ${[...members].sort().join(' | ')}`;
    places.set(line, [...(places.get(line) ?? []), place]);
  }
  const sorted = [...places].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([line, own]) => `${line}\n  ${own.sort().join(', ')}\n`).join('');
}

/** What {@link writePromises} wrote. */
export function readPromises(text: string): Promises {
  const lines = text.split('\n');
  return new Map(
    lines.flatMap((line, i) => {
      if (line === '' || line.startsWith('  ')) return [];
      const colon = line.indexOf(': ');
      const members = new Set(line.slice(colon + 2).split(' | '));
      const places = (lines[i + 1] ?? '').trim().split(', ');
      return places.map((place) => [`${place}${SEPARATOR}${line.slice(0, colon)}`, members] as const);
    }),
  );
}

/** What the file says. */
export const recordedPromises = (): Promises => readPromises(readFileSync(FILE, 'utf8'));

/** Writes the file, unless that would take out of it what may not be broken: that is returned. */
export function recordPromises(mayBreak: boolean): string[] {
  const now = promisesOf(openApi());
  const broken = mayBreak ? [] : brokenPromises(recordedPromises(), now);
  if (broken.length === 0) writeFileSync(FILE, writePromises(now));
  return broken;
}
