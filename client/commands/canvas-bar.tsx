import { useStore } from '@xyflow/react';
import {
  CloudAlert,
  CloudCheck,
  CloudUpload,
  Map as MapIcon,
  Maximize,
  Redo2,
  Undo2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { useDocument } from '../document/store.ts';
import { useActiveTab } from '../document/tabs.ts';
import { Hint } from '../ui/hint.tsx';
import { t, useLanguage } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { CommandButton, commandHint } from './command-button.tsx';
import { runCommand } from './registry.ts';
import './canvas-bar.css';

function History() {
  const canUndo = useDocument(({ history }) => history.past.length > 0);
  const canRedo = useDocument(({ history }) => history.future.length > 0);
  return (
    <>
      <CommandButton id="edit.undo" icon={Undo2} enabled={canUndo} />
      <CommandButton id="edit.redo" icon={Redo2} enabled={canRedo} />
    </>
  );
}

/** The zoom in percent. It renders only when the number changes. */
function Zoom() {
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <>
      <CommandButton id="canvas.zoomOut" icon={ZoomOut} />
      <Hint label={commandHint('canvas.actual')} position="top">
        <button
          type="button"
          className="pb-bar-text pb-bar-zoom"
          aria-label={t('canvas.zoom', { percent })}
          onClick={() => runCommand('canvas.actual')}
        >
          {percent}%
        </button>
      </Hint>
      <CommandButton id="canvas.zoomIn" icon={ZoomIn} />
      <CommandButton id="canvas.fit" icon={Maximize} />
      <CommandButton id="canvas.minimap" icon={MapIcon} />
    </>
  );
}

/** Whether the workflow is saved. A press saves it now. */
function SaveState() {
  const tab = useActiveTab();
  if (!tab) return null;
  const failed = tab.problem !== null || tab.conflict !== null || tab.isGone === true;
  const isSaved = !tab.dirty && !failed && tab.workflowId !== null;
  const Icon = failed ? CloudAlert : isSaved ? CloudCheck : CloudUpload;
  const words = failed ? t('canvas.saveFailed') : isSaved ? t('canvas.saved') : t('canvas.save');
  const label = tab.problem ? t('tabs.notSaved', { problem: told(tab.problem) }) : commandHint('file.save');
  return (
    <Hint label={label} position="top">
      <button
        type="button"
        className="pb-bar-text"
        data-failed={failed || undefined}
        onClick={() => runCommand('file.save')}
      >
        <Icon size={16} aria-hidden />
        {words}
      </button>
    </Hint>
  );
}

/** The tools at the lower left of the canvas: undo, redo, zoom, save. */
export function CanvasBar() {
  useLanguage();
  return (
    <div className="pb-bar" role="toolbar" aria-label={t('canvas.tools')}>
      <History />
      <span className="pb-bar-line" />
      <Zoom />
      <span className="pb-bar-line" />
      <SaveState />
    </div>
  );
}
