/** The names of a network's inputs. */
export const inputNames = {
  images: 'images',
  labels: 'labels',
  /** What the noise of a layer is fed; 0 is the input, the hidden layers follow. */
  noise: (layer: number) => `noise ${layer}`,
  /** A parameter or state that the noise of a layer brings along, or a scalar that it watches. */
  own: (layer: number, name: string) => `noise ${layer} ${name}`,
  /** What the penalties of the technique are multiplied by. */
  penaltyWeight: 'penalty weight',
};

/** The names of the parameters of layer 1 … depth + 1; the last one is the read-out. */
export const parameterNames = {
  weights: (layer: number) => `W${layer}`,
  biases: (layer: number) => `b${layer}`,
};
