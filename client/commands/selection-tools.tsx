import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceBetween,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceBetween,
  Copy,
  EyeOff,
  FoldVertical,
  Group as GroupIcon,
  LayoutTemplate,
  MoveHorizontal,
  Play,
  Redo,
  Trash2,
} from 'lucide-react';
import { FRAME_COLOR_NAMES, FRAME_COLORS } from '../canvas/node/frames.tsx';
import { useDocument } from '../document/store.ts';
import { Hint } from '../ui/hint.tsx';
import { type PlainKey, t, useLanguage } from '../ui/strings/index.ts';
import { CommandButton, commandHint } from './command-button.tsx';
import { runCommand } from './registry.ts';
import './selection-tools.css';

/** The commands for several selected items, in rows. */
const ROWS: readonly {
  readonly title: PlainKey;
  readonly commands: readonly (readonly [id: string, icon: typeof Copy])[];
}[] = [
  {
    title: 'inspector.align',
    commands: [
      ['arrange.left', AlignStartVertical],
      ['arrange.center', AlignCenterVertical],
      ['arrange.right', AlignEndVertical],
      ['arrange.top', AlignStartHorizontal],
      ['arrange.middle', AlignCenterHorizontal],
      ['arrange.bottom', AlignEndHorizontal],
    ],
  },
  {
    title: 'inspector.spread',
    commands: [
      ['arrange.columns', AlignHorizontalSpaceBetween],
      ['arrange.rows', AlignVerticalSpaceBetween],
      ['arrange.width', MoveHorizontal],
      ['arrange.auto', LayoutTemplate],
      ['node.group', GroupIcon],
    ],
  },
  {
    title: 'inspector.actions',
    commands: [
      ['run.toHere', Play],
      ['node.bypass', Redo],
      ['node.mute', EyeOff],
      ['node.collapse', FoldVertical],
      ['edit.duplicate', Copy],
      ['edit.delete', Trash2],
    ],
  },
];

/** Colours of the selected groups and notes. Nodes have the colour of their category. */
function Colors() {
  const hasFrames = useDocument(({ selection, groups, notes }) =>
    [...selection].some((id) => Object.hasOwn(groups, id) || Object.hasOwn(notes, id)),
  );
  if (!hasFrames) return null;
  return (
    <fieldset className="pb-tools-row">
      <legend>{t('inspector.color')}</legend>
      {FRAME_COLOR_NAMES.map((color) => (
        <Hint key={color} label={commandHint(`frame.${color}`)} position="top">
          <button
            type="button"
            className="pb-tools-color"
            aria-label={t(`command.color.${color}`)}
            style={{ background: FRAME_COLORS[color] }}
            onClick={() => runCommand(`frame.${color}`)}
          />
        </Hint>
      ))}
    </fieldset>
  );
}

/** What can be done with several selected items: align, distribute, group, colour, bypass, delete. */
export function SelectionTools() {
  useLanguage();
  const canDistribute = useDocument(({ selection }) => selection.size > 2);
  return (
    <>
      {ROWS.map(({ title, commands }) => (
        <fieldset key={title} className="pb-tools-row">
          <legend>{t(title)}</legend>
          {commands.map(([id, icon]) => (
            <CommandButton
              key={id}
              id={id}
              icon={icon}
              enabled={canDistribute || (id !== 'arrange.columns' && id !== 'arrange.rows')}
            />
          ))}
        </fieldset>
      ))}
      <Colors />
    </>
  );
}
