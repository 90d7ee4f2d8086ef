/** Icons that open one panel at a time: nodes, templates, models, runs, assets. */
export function LeftRail() {
  return null;
}
