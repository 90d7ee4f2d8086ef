import { FRAME_COLOR_NAMES, FRAME_COLORS } from '../canvas/node/frame-colors.ts';
import { patchFrame } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import type { Command } from './registry.ts';

const chosenFrames = (): string[] => {
  const { view, active } = useTabs.getState();
  const { selection, groups, notes } = useDocument.getState();
  if (view !== 'canvas' || active === null) return [];
  return [...selection].filter((id) => Object.hasOwn(groups, id) || Object.hasOwn(notes, id));
};

/** What can be done with groups and notes alone: their colour. */
export const FRAME_COMMANDS: readonly Command[] = FRAME_COLOR_NAMES.map((color) => ({
  id: `frame.${color}`,
  title: `command.color.${color}`,
  group: 'node',
  tint: FRAME_COLORS[color],
  when: () => chosenFrames().length > 0,
  run: () => {
    const ids = chosenFrames();
    documentActions().edit('color', (content) =>
      ids.reduce((next, id) => patchFrame(next, id, { color }), content),
    );
  },
}));
