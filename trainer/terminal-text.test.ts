import { expect, test } from 'vitest';
import { escapeControlLines, escapeControls } from './terminal-text.ts';

test('what a terminal would obey, or would not show, is shown as its code', () => {
  expect(escapeControls('\u001b]0;title\u0007\u001b[2J')).toBe('\\u{1b}]0;title\\u{7}\\u{1b}[2J');
  // C1 controls, a bidirectional override, a zero-width space, a line separator, half a pair
  expect(escapeControls('\u009b\u202e\u200b\u2028\ud800')).toBe(
    '\\u{9b}\\u{202e}\\u{200b}\\u{2028}\\u{d800}',
  );
  expect(escapeControls('a\r\nPublished: x')).toBe('a\\u{d}\\u{a}Published: x');
  const harmless = 'σ² of Σ w h, 95 % – „ж“ 😀 日本';
  expect(escapeControls(harmless)).toBe(harmless);
});

test('every control character is, whatever stands around it', () => {
  for (let code = 0; code < 0x300; code++) {
    const [shown] = [escapeControls(`a${String.fromCharCode(code)}b`)];
    const control = code < 32 || (code >= 127 && code < 160);
    expect([code, shown.length > 3], String(code)).toEqual([code, control || code === 0xad]);
  }
});

test('long text is cut, and lines stay lines', () => {
  expect(escapeControls('x'.repeat(1000), 5)).toBe('xxxxx…');
  expect(escapeControlLines('one\n\ttwo')).toBe('one\n\\u{9}two');
});
