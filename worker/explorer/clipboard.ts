import { find, html } from './dom.ts';

/**
 * Copies text, and says so.
 *
 * @param text to copy
 * @param what it is called where that is said
 */
export async function copy(text: string, what: string): Promise<void> {
  const said = find('#said');
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = `Copied for ${what}.`;
  } catch {
    // without HTTPS, or where the reader forbids it
    said.replaceChildren('Copying is not possible here. This is the text: ', html('code', {}, text));
  }
  said.classList.add('seen');
  setTimeout(() => said.classList.remove('seen'), 4000);
}
