/** Control and format characters, line separators, halves of pairs, and what is no character. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Text that others wrote, in one line, as a terminal may show it: what could move the cursor, change colours, hide or turn round
 * text is written as its code.
 * @example escapeControls('ok\u001b[2J') // 'ok\\u{1b}[2J'
 */
export function escapeControls(text: string, length: number = Number.POSITIVE_INFINITY): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return cut.replaceAll(UNSEEN, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
}

/**
 * The same for messages of several lines.
 * @example escapeControlLines('first\nsecond\u0007') // 'first\nsecond\\u{7}'
 */
export function escapeControlLines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeControls(line))
    .join('\n');
}
