/**
 * The option of the command line for a parameter of the API.
 * @example flagOf('sigma_w2') // '--sigma-w2'
 */
export const flagOf = (parameter: string): string => `--${parameter.replaceAll('_', '-')}`;
