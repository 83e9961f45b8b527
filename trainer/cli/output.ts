import { styleText } from 'node:util';
import { EXIT, Failure } from '../errors.ts';
import { escapeControlLines } from '../terminal-text.ts';

/** What every command takes. */
export type OutputOptions = { readonly json?: boolean | undefined };

/**
 * Says something to the person at the terminal, who sees control characters as their codes; what a program reads goes to the standard output instead.
 */
export function say(line: string): void {
  process.stderr.write(`${escapeControlLines(line)}\n`);
}

/** Prints what a command came to: for people, or with --json one JSON object for programs. */
export function print(
  { json }: OutputOptions,
  result: Readonly<Record<string, unknown>>,
  text: string,
): void {
  console.log(json ? JSON.stringify({ ok: true, ...result }) : text);
}

/** Bold on a terminal that shows colours, plain elsewhere (and where NO_COLOR says so). */
export function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}

/** Tells what went wrong. */
export function report(error: unknown, json: boolean): number {
  const known = error instanceof Failure;
  const status = known ? error.exitCode : EXIT.failed;
  const message = known
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  const text = escapeControlLines(message);
  process.stderr.write(`${known ? styleText('red', text, { stream: process.stderr }) : text}\n`);
  const details = known ? error.details : {};
  if (json)
    console.log(JSON.stringify({ ok: false, error: message.trim(), exit_status: status, ...details }));
  return status;
}

/**
 * Rows as aligned columns, numbers and all to the right.
 * @example columns([['depth', 'L50'], ['1', '20']]) // 'depth  L50\n    1   20'
 */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  return rows
    .map((cells) => cells.map((cell, i) => cell.padStart(widths[i] as number)).join('  '))
    .join('\n');
}
