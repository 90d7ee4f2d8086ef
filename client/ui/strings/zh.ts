import type { en } from './en.ts';
import { canvas } from './zh-canvas.ts';
import { results } from './zh-results.ts';
import { widgets } from './zh-widgets.ts';
import { workbench } from './zh-workbench.ts';

/** Every text of the editor, in Chinese. */
export const zh: Readonly<Record<keyof typeof en, string>> = {
  'app.name': 'Patchbay',
  'canvas.empty': '双击添加节点，或把图片拖到这里',
  ...canvas,
  ...results,
  ...widgets,
  ...workbench,
};
