import { Modal } from '@mantine/core';
import { Maximize2, Tags } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useMemo, useState } from 'react';
import type { ReadView } from '../../server/contract/view.ts';
import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { runWith } from '../runs/latest.ts';
import { descriptorOf } from '../ui/api/catalogue.ts';
import { useBack } from '../ui/back.ts';
import { formatCount } from '../ui/format.ts';
import { useIsTouch } from '../ui/narrow.ts';
import { nodeText, t, useLanguage } from '../ui/strings/index.ts';
import { nodeTitleText } from '../ui/strings/workflow-text.ts';
import { CompareButton } from './compare-button.tsx';
import { ExportMenu } from './export-menu.tsx';
import { partOf } from './export-text.ts';
import { kindOf } from './kinds.ts';
import { withOwnWords } from './label-text.ts';
import { LeftOutChip } from './left-out-chip.tsx';
import { useHasPicked, useHidden } from './pictures/selection.ts';
import { GivenOnChip, HiddenChip, SelectButton, SelectionBar } from './pictures/selection-bar.tsx';
import { itemsOf, sortablePictures, sortPictures, useSortRequest } from './pictures/sortable.ts';
import { useEscapeClears } from './pictures/use-escape-clears.ts';
import css from './result-view.module.css';
import common from './results.module.css';
import { useWholeView } from './use-whole-view.ts';
import { Empty, type Size } from './view-frame.tsx';

/** Props of a result. */
export interface ResultViewProps {
  /** JSON of a View. */
  readonly view: unknown;
  readonly size: Size;
  readonly nodeId: string;
  /** Title of the node, for the dialog and the names of exported files. */
  readonly title?: string;
}

function Body({
  view,
  size,
  nodeId,
}: { readonly view: ReadView } & Pick<ResultViewProps, 'size' | 'nodeId'>) {
  const kind = kindOf(view);
  return kind ? <kind.Body view={view} size={size} nodeId={nodeId} /> : <Empty>{t('results.unknown')}</Empty>;
}

/** A view without the pictures that the user has hidden. */
function seen(view: ReadView, hidden: ReadonlySet<string> | undefined): ReadView {
  const kind = kindOf(view);
  return hidden && kind?.without ? kind.without(view, hidden) : view;
}

/** Where a limit of the node cuts its result short: a button that lifts the limit. */
function ShowAll({ view, nodeId }: { readonly view: ReadView; readonly nodeId: string }) {
  const node = useDocument((state) => state.nodes[nodeId]);
  const part = partOf(view);
  if (!part || !node) return null;
  const params = descriptorOf(node.type)?.params ?? [];
  const lift = Object.entries(part.lift).flatMap(([name, value]): [string, number][] => {
    const own = params.find((one) => one.name === name);
    const now = node.params?.[name] ?? own?.default;
    const next = Math.min(value, own?.max ?? Number.POSITIVE_INFINITY);
    return own !== undefined && typeof now === 'number' && now < next ? [[name, next]] : [];
  });
  if (lift.length === 0) return null;
  const isAll = lift.every(([name, value]) => value === part.lift[name]);
  return (
    <button
      type="button"
      className={`${common.showMore} nodrag`}
      onClick={() => runWith(nodeId, Object.fromEntries(lift))}
    >
      {isAll ? t('results.showAll', { count: formatCount(part.total) }) : t('results.showMost')}
    </button>
  );
}

/** Opens the label room with all pictures of a result. Nothing for results without pictures. */
function SortButton({ view, nodeId }: { readonly view: ReadView; readonly nodeId: string }) {
  const hasPictures = useMemo(() => sortablePictures(view).length > 0, [view]);
  if (!hasPictures) return null;
  return (
    <button
      type="button"
      className={`${common.headButton} nodrag`}
      aria-label={t('categories.sort')}
      title={t('categories.sort')}
      onClick={() => sortPictures({ tab: useTabs.getState().active ?? '', nodeId }, sortablePictures(view))}
    >
      <Tags size={14} aria-hidden />
    </button>
  );
}

/** A result in its node, or enlarged. Enter or a double click enlarges it. */
export const ResultView = memo(function ResultView({ view: json, size, nodeId, title }: ResultViewProps) {
  const { language } = useLanguage();
  const ownTitle = useDocument((state) => state.nodes[nodeId]?.title);
  const type = useDocument((state) => state.nodes[nodeId]?.type);
  const [open, setOpen] = useState(false);
  useBack(open, () => setOpen(false));
  const whole = useWholeView(json);
  const place = { tab: useTabs((state) => state.active) ?? '', nodeId };
  const hidden = useHidden(place);
  const isTouch = useIsTouch();
  const mayClose = useEscapeClears(place.tab, open);
  // The label room covers the large view.
  useEffect(() => useSortRequest.subscribe(({ request }) => request && setOpen(false)), []);
  const shown = useMemo(
    () => (whole.state === 'ready' ? seen(whole.view, hidden) : undefined),
    [whole, hidden],
  );
  const pictures = useMemo(
    () => (shown && (size === 'large' || open) ? itemsOf(shown) : undefined),
    [shown, size, open],
  );
  const isLinked = useHasPicked(place.tab, pictures);
  const read = useMemo(() => shown && withOwnWords(shown), [shown, language]);
  if (whole.state === 'loading') return <p className={common.empty}>{t('results.loading')}</p>;
  if (whole.state === 'failed')
    return (
      <p className={common.problem} role="alert">
        {t('results.unreadable', { reason: whole.reason })}
      </p>
    );
  const { view } = whole;
  const kind = kindOf(view);
  const visible = shown ?? view;
  const body = read ?? view;
  const name =
    title ??
    (ownTitle && type !== undefined ? nodeTitleText(type, ownTitle) : undefined) ??
    view.title ??
    (type === undefined ? undefined : nodeText(type).title) ??
    t('results.result');
  const leftOut = 'skipped' in view ? view.skipped : [];
  const head = (own: Size) => (
    <div className={css.head} data-sticky={(own === 'large' && open) || undefined}>
      <div className={css.facts}>
        <span>{kind?.amount?.(view)}</span>
        {'encoder' in view && view.encoder && (
          <span className={css.encoder} title={t('results.encoder', { title: view.encoder })}>
            {view.encoder}
          </span>
        )}
        <ShowAll view={view} nodeId={nodeId} />
        <LeftOutChip leftOut={leftOut} />
        <GivenOnChip {...place} items={() => itemsOf(visible)} />
        <HiddenChip {...place} />
        <span className={css.grow} />
        <SortButton view={visible} nodeId={nodeId} />
        {!kind?.isFile && (
          <ExportMenu
            view={kind?.exported && hidden ? kind.exported(view, hidden) : visible}
            json={json}
            title={name}
            nodeId={nodeId}
          />
        )}
        {isTouch && own === 'large' && kind?.without && <SelectButton {...place} isLinked={isLinked} />}
        {(!isTouch || own === 'node') && <SelectionBar {...place} isLinked={own === 'large' && isLinked} />}
      </div>
      {own === 'large' && open && <CompareButton nodeId={nodeId} onOpen={() => setOpen(false)} />}
      {own === 'node' && !kind?.isFile && (
        <button
          type="button"
          className={`${common.headButton} nodrag`}
          aria-label={t('results.open')}
          title={t('results.open')}
          onClick={() => setOpen(true)}
        >
          <Maximize2 size={14} aria-hidden />
        </button>
      )}
    </div>
  );
  if (size === 'large')
    return (
      <section className={css.large} aria-label={name}>
        {head('large')}
        <Body view={body} size="large" nodeId={nodeId} />
        {isTouch && <SelectionBar below {...place} isLinked={isLinked} />}
      </section>
    );
  const openBy = (event: KeyboardEvent | MouseEvent) => {
    event.stopPropagation();
    setOpen(true);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in the head does the same.
    <div className={css.node} onDoubleClick={openBy}>
      {head('node')}
      <div
        className={`${css.scroll} nowheel`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard.
        tabIndex={0}
        role="region"
        aria-label={name}
        onKeyDown={(event) => event.key === 'Enter' && event.target === event.currentTarget && openBy(event)}
      >
        <Body view={body} size="node" nodeId={nodeId} />
      </div>
      {open && (
        <Modal
          opened
          onClose={() => setOpen(false)}
          title={name}
          size="min(1200px, 94vw)"
          zIndex={300}
          closeOnEscape={mayClose}
          closeButtonProps={{ 'aria-label': t('results.close') }}
          onKeyDown={(event) => event.stopPropagation()}
          onPointerDown={(event) => event.stopPropagation()}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          {head('large')}
          <Body view={body} size="large" nodeId={nodeId} />
          {isTouch && <SelectionBar below {...place} isLinked={isLinked} />}
        </Modal>
      )}
    </div>
  );
});
