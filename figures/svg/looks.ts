/** How a curve over a heat map looks, on a black halo. */
export type Look = { readonly colour: string; readonly dash?: string };

/**
 * The looks of curves over a heat map: each differs from the others in colour and in dashes or lightness, so that they are told
 * apart by the colour-blind and in grey, too. The halo makes them stand out from every colour of the map.
 *
 * @see Okabe & Ito 2008, "Color universal design", https://jfly.uni-koeln.de/color/, whose colours they are
 */
export const LOOKS: readonly [Look, ...Look[]] = [
  { colour: '#fff' },
  { colour: '#56b4e9', dash: '9 5' },
  { colour: '#e69f00', dash: '3 4' },
  { colour: '#d55e00' },
  { colour: '#cc79a7', dash: '11 4 2 4' },
];

/** The looks of the curves over a measured grid: the same in every picture, whichever of them it has. */
export const GRID_LOOKS = { six_xi_2: 0, twelve_xi_2: 1, twelve_xi_1: 2, fitted: 3, calibrated: 4 } as const;
