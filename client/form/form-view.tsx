/** Named inputs, a Run button and results, without the canvas. */
export function FormView() {
  return null;
}
