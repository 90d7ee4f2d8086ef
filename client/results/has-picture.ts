import type { ShownView } from './read-view.ts';

/** Whether a view can be exported as a picture. */
export const hasPicture = (view: ShownView): boolean =>
  ['gallery', 'matches', 'bars', 'heatmap', 'table', 'patches'].includes(view.view);
