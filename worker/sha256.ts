/**
 * The SHA-256 of bytes, in hexadecimal: the name of a version of a grid.
 *
 * @param bytes of a grid
 * @example await sha256(new ArrayBuffer(0)) // 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
 */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
