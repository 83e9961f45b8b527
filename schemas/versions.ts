/** Version of the software; a test holds it equal to package.json's. */
export const SOFTWARE_VERSION = '0.1.0';

/** Versions of everything that a user may depend on, as `/versions` answers them. */
export const VERSIONS = {
  software: SOFTWARE_VERSION,
  api: 'v1',
  schemas: { plan: 'dropline-plan/1', grid: 'dropline-grid/1' },
} as const;
