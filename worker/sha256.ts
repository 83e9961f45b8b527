/**
 * The SHA-256 of bytes, in hexadecimal: the name of a version of a grid.
 *
 * @param bytes of a grid
 * @example await sha256(new ArrayBuffer(0)) // 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
 */
export async function sha256(bytes: BufferSource): Promise<string> {
  return hexOf(await crypto.subtle.digest('SHA-256', bytes));
}

/**
 * Bytes in hexadecimal.
 *
 * @param bytes two digits each
 * @example hexOf(new Uint8Array([0, 255]).buffer) // '00ff'
 */
export function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
