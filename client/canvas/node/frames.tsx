import { type NodeProps, NodeResizer } from '@xyflow/react';
import { memo, useEffect, useRef } from 'react';
import { patchFrame } from '../../document/edits.ts';
import { documentActions, useDocument } from '../../document/store.ts';
import { t, useLanguage } from '../../ui/strings/index.ts';
import { useTextField } from '../../ui/strings/workflow-text.ts';
import type { TintStyle } from '../../ui/theme/ports.tsx';
import { useCanvasUi } from '../canvas-ui.ts';
import type { FlowNode } from '../flow-items.ts';
import { TitleField } from './node-title.tsx';
import './frames.css';

/** Colours of frames, by the name in the workflow. */
export const FRAME_COLORS = {
  slate: '#64748b',
  amber: '#d39c1c',
  green: '#2f9e5b',
  blue: '#3b7ae0',
  violet: '#8b5cf6',
  pink: '#d9468c',
} as const;

/** Name of a frame colour. */
export type FrameColor = keyof typeof FRAME_COLORS;

/** All names, in menu order. */
export const FRAME_COLOR_NAMES: readonly FrameColor[] = ['slate', 'amber', 'green', 'blue', 'violet', 'pink'];

const isFrameColor = (name: string): name is FrameColor => Object.hasOwn(FRAME_COLORS, name);

/** The tint of a frame; for an unknown name, the tint of `otherwise`. */
export const frameTint = (name: string | undefined, otherwise: FrameColor): string =>
  FRAME_COLORS[name !== undefined && isFrameColor(name) ? name : otherwise];

const tinted = (color: string | undefined, otherwise: FrameColor): TintStyle => ({
  '--pb-tint': frameTint(color, otherwise),
});

/** A coloured frame. The nodes on it move with it. */
export const GroupNode = memo(function GroupNode({ id, selected }: NodeProps<FlowNode>) {
  const group = useDocument((state) => state.groups[id]);
  const renaming = useCanvasUi((ui) => ui.renaming === id);
  useLanguage();
  if (!group) return null;
  const done = (text: string | null) => {
    useCanvasUi.setState({ renaming: null });
    if (text !== null)
      documentActions().edit('rename', (content) => patchFrame(content, id, { title: text.trim() }));
  };
  return (
    <div className={`pb-group${selected ? ' pb-selected' : ''}`} style={tinted(group.color, 'slate')}>
      <NodeResizer isVisible={selected} minWidth={120} minHeight={80} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: F2 does the same with the keyboard. */}
      <div
        className="pb-group-title pb-drag"
        onDoubleClick={(event) => {
          event.stopPropagation();
          useCanvasUi.setState({ renaming: id });
        }}
      >
        {renaming ? (
          <TitleField value={group.title} placeholder={t('canvas.group')} onDone={done} />
        ) : (
          group.title || t('canvas.group')
        )}
      </div>
    </div>
  );
});

/** A text on the canvas. */
export const NoteNode = memo(function NoteNode({ id, selected }: NodeProps<FlowNode>) {
  const note = useDocument((state) => state.notes[id]);
  const box = useRef<HTMLTextAreaElement>(null);
  const wanted = useCanvasUi((ui) => ui.renaming === id);
  const field = useTextField(note?.text ?? '', (text) =>
    documentActions().edit('note', (content) => patchFrame(content, id, { text }), { merge: `note:${id}` }),
  );
  useLanguage();
  useEffect(() => {
    if (!wanted) return;
    useCanvasUi.setState({ renaming: null });
    box.current?.focus({ preventScroll: true });
  }, [wanted]);
  if (!note) return null;
  return (
    <div className={`pb-note${selected ? ' pb-selected' : ''}`} style={tinted(note.color, 'amber')}>
      <NodeResizer isVisible={selected} minWidth={120} minHeight={60} />
      <div className="pb-note-grip pb-drag" />
      <textarea
        ref={box}
        className="nodrag nowheel"
        placeholder={t('canvas.notePlaceholder')}
        aria-label={t('canvas.note')}
        {...field}
      />
    </div>
  );
});
