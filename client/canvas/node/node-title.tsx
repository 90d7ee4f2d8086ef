import { memo, useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../server/contract/basics.ts';
import { isUnfinished } from '../../../server/contract/not-run.ts';
import { useChecks } from '../../document/checks.ts';
import { patchNode } from '../../document/edits.ts';
import { useIsQuiet } from '../../document/quiet.ts';
import { documentActions, useDocument } from '../../document/store.ts';
import { useIsStale, useNodeFact } from '../../runs/store.ts';
import { durationText } from '../../ui/format.ts';
import { countRender } from '../../ui/render-count.ts';
import { nodeText, t } from '../../ui/strings/index.ts';
import { plainText, told } from '../../ui/strings/told.ts';
import { nodeTitleText } from '../../ui/strings/workflow-text.ts';
import { CategoryMark } from '../../ui/theme/category-mark.tsx';
import { isComposing } from '../../ui/typing.ts';
import { useCanvasUi } from '../canvas-ui.ts';
import { NodeProgress } from './node-progress.tsx';
import './node-title.css';

/** A field for the title. Enter and leaving the field save it; Escape does not. */
export function TitleField(props: {
  value: string;
  placeholder: string;
  onDone: (text: string | null) => void;
}) {
  const [text, setText] = useState(props.value);
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => field.current?.select(), []);
  const end = (value: string | null) => {
    if (ended.current) return;
    ended.current = true;
    props.onDone(value);
  };
  return (
    <input
      ref={field}
      className="pb-title-field nodrag nopan"
      value={text}
      placeholder={props.placeholder}
      maxLength={500}
      aria-label={t('canvas.rename')}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(text)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (isComposing(event.nativeEvent)) return;
        if (event.key === 'Enter') end(text);
        if (event.key === 'Escape') end(null);
      }}
    />
  );
}

/** The problem to show first: what is wrong before what is missing. */
const worstOf = (problems: readonly Problem[] | undefined): Problem | undefined =>
  problems?.find((problem) => !isUnfinished(problem)) ?? problems?.[0];

function RunMark({ id }: { readonly id: string }) {
  countRender(id, 'mark');
  const state = useNodeFact(id, (run) => run.state);
  const ms = useNodeFact(id, (run) => run.ms);
  const cache = useNodeFact(id, (run) => run.cache);
  const isQuiet = useIsQuiet(id);
  const problem = useChecks(({ byNode }) => (isQuiet ? undefined : worstOf(byNode[id])));
  const cached = state === 'cached';
  const isStale = useIsStale(id) && state !== 'running' && state !== 'queued';
  return (
    <>
      {state === 'running' && <NodeProgress id={id} />}
      {isStale && (
        <span className="pb-time" title={t('canvas.staleHelp')}>
          {t('canvas.stale')}
        </span>
      )}
      {ms !== undefined && !(state === 'failed' && ms === 0) && state !== 'running' && !isStale && (
        <span className="pb-time" title={cache && told(cache)}>
          {cached ? t('canvas.cached') : durationText(ms)}
        </span>
      )}
      {problem && state !== 'failed' && state !== 'skipped' && (
        <span
          className={isUnfinished(problem) ? 'pb-alert pb-calm' : 'pb-alert'}
          role="img"
          aria-label={plainText(problem)}
          title={plainText(problem)}
        >
          !
        </span>
      )}
      <span className="pb-dot" role="img" aria-label={t(`node.${state}`)} title={t(`node.${state}`)} />
    </>
  );
}

/** The title row: the drag handle, the name and the state of a node. */
export const NodeTitle = memo(function NodeTitle({ id }: { readonly id: string }) {
  countRender(id, 'title');
  const type = useDocument((state) => state.nodes[id]!.type);
  const own = useDocument((state) => state.nodes[id]!.title);
  const renaming = useCanvasUi((ui) => ui.renaming === id);
  const standard = nodeText(type).title;
  const title = nodeTitleText(type, own);
  const done = (text: string | null) => {
    useCanvasUi.setState({ renaming: null });
    const next = text?.trim();
    // A title that nobody changed keeps following the language.
    if (next === undefined || next === title) return;
    documentActions().edit('rename', (content) =>
      patchNode(content, id, { title: next === '' || next === standard ? undefined : next }),
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: F2 does the same with the keyboard.
    <div
      className="pb-title pb-drag"
      onDoubleClick={(event) => {
        event.stopPropagation();
        useCanvasUi.setState({ renaming: id });
      }}
    >
      <CategoryMark type={type} />
      {renaming ? (
        <TitleField value={title} placeholder={standard} onDone={done} />
      ) : (
        <span className="pb-title-text" title={title}>
          {title}
        </span>
      )}
      <RunMark id={id} />
    </div>
  );
});
