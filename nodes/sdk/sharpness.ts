/**
 * The variance of the Laplacian of a picture's grey (Pech-Pacheco et al. 2000): the larger, the sharper. Pictures of one size can be
 * compared. 0 for one with fewer than 3 rows or columns.
 * @param planes red, green and blue, each height x width, from 0 to 255
 */
export function sharpnessOf(planes: Float32Array, width: number, height: number): number {
  const size = width * height;
  if (width < 3 || height < 3) return 0;
  const grey = new Float32Array(size);
  for (let at = 0; at < size; at++)
    grey[at] = 0.299 * planes[at]! + 0.587 * planes[size + at]! + 0.114 * planes[2 * size + at]!;
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const bend = grey[at - 1]! + grey[at + 1]! + grey[at - width]! + grey[at + width]! - 4 * grey[at]!;
      sum += bend;
      squares += bend * bend;
    }
  const count = (width - 2) * (height - 2);
  return Math.max(0, squares / count - (sum / count) ** 2);
}
