/**
 * Values as doc comments show them, compared with what is computed. The grammar:
 *
 * - a number; `0.4252…`: its first digits; `about 1e-15`: within a factor of ten; what stands before ` = ` explains and is passed over;
 * - arithmetic with `−`, `·`, `π`, `e`, `√(…)` and parentheses: `1 / (2π)`, `√(π/2)`, `[1/4, 1 − 1/π]`;
 * - `true`, `false`, `null`, `undefined`;
 * - a string in quotes, with `…` at its end where more follows;
 * - `[a, b, …]` and `{ name: value, … }`, with `…` where more follows or was left out.
 *
 * Typed arrays and views count as arrays.
 */

/** A test of a computed value; undefined where it fits, a sentence where it does not. */
type Check = (actual: unknown) => string | undefined;

/** Relative difference of numbers that are shown whole. */
const CLOSE = 1e-9;

/**
 * Whether a computed value is what a comment shows.
 *
 * @param text the comment, without its slashes
 * @param actual the computed value
 * @returns undefined where it is; a sentence where it is not, or where the comment is no value
 * @example mismatch('0.42…', 0.4252) // undefined
 */
export function mismatch(text: string, actual: unknown): string | undefined {
  const reader = new Reader(text.includes(' = ') ? text.slice(text.lastIndexOf(' = ') + 3) : text);
  const check = reader.whole();
  return check ? check(actual) : `"${text}" is not a value as this test reads them`;
}

class Reader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  whole(): Check | undefined {
    const check = this.#value();
    return check && this.#rest === '' ? check : undefined;
  }

  /** Takes what a pattern matches at the start. */
  #take(pattern: RegExp): string | undefined {
    const match = pattern.exec(this.#rest);
    if (match?.index !== 0) return undefined;
    this.#rest = this.#rest.slice(match[0].length).trimStart();
    return match[0].trim();
  }

  #value(): Check | undefined {
    if (this.#take(/\[/)) return this.#list();
    if (this.#take(/\{/)) return this.#object();
    const quoted = this.#take(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/);
    if (quoted) return stringOf(evaluate(quoted) as string);
    const word = this.#take(/(true|false|null|undefined)\b/);
    if (word) return same(evaluate(word));
    const rough = this.#take(/about (?=[-−\d])/) !== undefined;
    const first = this.#take(/[-−]?\d[\d_]*(\.\d+)?(e-?\d+)?…/);
    if (first) return startingWith(first.slice(0, -1));
    const arithmetic = this.#take(/([-−+*/·π√e().\d\s]|e-?\d+|ln\b)+/);
    if (!arithmetic) return undefined;
    const wanted = evaluate(translated(arithmetic));
    return typeof wanted === 'number' ? near(wanted, rough) : undefined;
  }

  #list(): Check | undefined {
    const checks: (Check | '…')[] = [];
    while (!this.#take(/\]/)) {
      if (checks.length > 0 && !this.#take(/,/)) return undefined;
      const check = this.#take(/…/) ? '…' : this.#value();
      if (!check) return undefined;
      checks.push(check);
    }
    return listOf(checks);
  }

  #object(): Check | undefined {
    const members = new Map<string, Check>();
    let open = false;
    for (let first = true; !this.#take(/\}/); first = false) {
      if (!first && !this.#take(/,/)) return undefined;
      if (this.#take(/…/)) open = true;
      else {
        const name = this.#take(/([\w$]+|'[^']*')\s*:/)?.replace(/\s*:$/, '');
        const check = name && this.#value();
        if (!name || !check) return undefined;
        members.set(name.replaceAll("'", ''), check);
      }
    }
    return objectOf(members, open);
  }
}

const translated = (text: string) =>
  text
    .replaceAll('−', '-')
    .replaceAll('·', '*')
    .replaceAll(/(\d)\s*(?=π)/g, '$1*')
    .replaceAll('π', 'Math.PI')
    .replaceAll('√', 'Math.sqrt')
    .replaceAll(/(?<![\d.\w])e(?!\w)/g, 'Math.E')
    .replaceAll(/\bln\b/g, 'Math.log');

function evaluate(text: string): unknown {
  try {
    return new Function(`return (${text})`)();
  } catch {
    return undefined;
  }
}

const shown = (value: unknown) => JSON.stringify(value) ?? String(value);

const same =
  (wanted: unknown): Check =>
  (actual) =>
    Object.is(actual, wanted) ? undefined : `${shown(actual)} is not ${shown(wanted)}`;

const near =
  (wanted: number, rough: boolean): Check =>
  (actual) => {
    if (typeof actual !== 'number') return `${shown(actual)} is no number`;
    const fits = rough
      ? actual / wanted > 0.1 && actual / wanted < 10
      : Math.abs(actual - wanted) <= CLOSE * Math.max(Math.abs(wanted), wanted === 0 ? 1e-6 : 0);
    return fits ? undefined : `${actual} is not ${wanted}`;
  };

/** A number that begins with these digits. */
const startingWith =
  (digits: string): Check =>
  (actual) => {
    if (typeof actual !== 'number') return `${shown(actual)} is no number`;
    const plain = digits.replace('−', '-');
    const from = Math.abs(Number(plain));
    const [mantissa = '', exponent = '0'] = plain.split('e');
    const places = (mantissa.split('.')[1] ?? '').length;
    const unit = 10 ** (Number(exponent) - places);
    const slack = 1e-13 * from;
    const signed = Math.sign(actual) === Math.sign(Number(plain)) || from === 0;
    const size = Math.abs(actual);
    return signed && size >= from - slack && size < from + unit + slack
      ? undefined
      : `${actual} is not ${digits}…`;
  };

const stringOf =
  (wanted: string): Check =>
  (actual) => {
    const fits =
      typeof actual === 'string' &&
      (wanted.endsWith('…')
        ? actual.startsWith(wanted.slice(0, -1)) || actual === wanted
        : actual === wanted);
    return fits ? undefined : `${shown(actual)} is not ${shown(wanted)}`;
  };

const listOf =
  (checks: readonly (Check | '…')[]): Check =>
  (actual) => {
    const items = ArrayBuffer.isView(actual) ? Array.from(actual as Float64Array) : actual;
    if (!Array.isArray(items)) return `${shown(actual)} is no list`;
    const gap = checks.indexOf('…');
    const [head, tail] = gap < 0 ? [checks, []] : [checks.slice(0, gap), checks.slice(gap + 1)];
    if (gap < 0 ? items.length !== head.length : items.length < head.length + tail.length)
      return `${shown(items)} has ${items.length} items`;
    const ends = [
      ...head.map((check, i) => (check as Check)(items[i])),
      ...tail.map((check, i) => (check as Check)(items[items.length - tail.length + i])),
    ];
    return ends.find((found) => found !== undefined);
  };

const objectOf =
  (members: ReadonlyMap<string, Check>, open: boolean): Check =>
  (actual) => {
    if (typeof actual !== 'object' || actual === null) return `${shown(actual)} is no object`;
    const own = Object.entries(actual).filter(([, value]) => value !== undefined);
    const extra = own.find(([name]) => !members.has(name));
    if (extra && !open) return `${extra[0]} is not shown`;
    for (const [name, check] of members) {
      const found = check((actual as Record<string, unknown>)[name]);
      if (found !== undefined) return `${name}: ${found}`;
    }
    return undefined;
  };
