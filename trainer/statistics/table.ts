/** Probabilities, logits or the like of images, row by row. */
export type Table = Float32Array | Float64Array;

/**
 * The number of images in a table of [images, classes].
 *
 * @throws where the table is empty, is not a whole number of rows, or holds what is no number
 * @example countImages(new Float64Array([0.5, 0.5, 0.9, 0.1]), 2) // 2
 */
export function countImages(table: Table, classes: number): number {
  if (!Number.isInteger(classes) || classes < 1) throw new Error(`${classes} classes`);
  const images = table.length / classes;
  if (table.length === 0 || !Number.isInteger(images))
    throw new Error(`${table.length} values are no rows of ${classes} classes`);
  if (table.some(Number.isNaN)) throw new Error('a value is no number');
  return images;
}

/**
 * The number of classes in a table of [images, classes] that has a label for each image.
 *
 * @throws as {@link countImages}, and where a label is none of the classes
 * @example countClasses(new Float64Array([0.5, 0.5, 0.9, 0.1]), [0, 1]) // 2
 */
export function countClasses(table: Table, labels: ArrayLike<number>): number {
  const classes = table.length / labels.length;
  if (!Number.isInteger(classes) || classes < 1)
    throw new Error(`${table.length} values are no rows for ${labels.length} labels`);
  countImages(table, classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new Error(`label ${label} of image ${i} is none of ${classes} classes`);
  }
  return classes;
}

/**
 * The class of the largest value in a row; of equal ones the first.
 *
 * @example topClass(new Float64Array([0.2, 0.4, 0.4]), 0, 3) // 1
 */
export function topClass(table: Table, image: number, classes: number): number {
  let top = 0;
  for (let c = 1; c < classes; c++)
    if ((table[image * classes + c] as number) > (table[image * classes + top] as number)) top = c;
  return top;
}
