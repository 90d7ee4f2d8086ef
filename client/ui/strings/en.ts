import { canvas } from './en-canvas.ts';
import { results } from './en-results.ts';
import { widgets } from './en-widgets.ts';
import { workbench } from './en-workbench.ts';

/** Every text of the editor, in English. Keys say where it is: `canvas.empty`. */
export const en = {
  'app.name': 'Patchbay',
  'canvas.empty': 'Double-click to add a node, or drop pictures here',
  ...canvas,
  ...results,
  ...widgets,
  ...workbench,
} as const;
