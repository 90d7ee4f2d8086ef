import { Modal } from '@mantine/core';
import { Maximize2 } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, memo, useState } from 'react';
import { useDocument } from '../document/store.ts';
import { formatCount } from '../ui/format.ts';
import { nodeText, t, useLanguage } from '../ui/strings/index.ts';
import { BarsView } from './bars-view.tsx';
import { ExportMenu } from './export-menu.tsx';
import { FileView } from './file-view.tsx';
import { GalleryView } from './gallery-view.tsx';
import { HeatmapView } from './heatmap-view.tsx';
import { MatchesView } from './matches-view.tsx';
import { PatchesView } from './patches/patches-view.tsx';
import type { ShownView } from './read-view.ts';
import css from './result-view.module.css';
import common from './results.module.css';
import { SkippedChip } from './skipped-chip.tsx';
import { TableView } from './table-view.tsx';
import { useWholeView } from './use-whole-view.ts';
import { Empty, type Size } from './view-frame.tsx';

/** What a result is drawn from. */
export interface ResultViewProps {
  /** JSON of a View. */
  readonly view: unknown;
  readonly size: Size;
  readonly nodeId: string;
  /** What the node is called; for the dialog and the names of exported files. */
  readonly title?: string;
}

interface BodyProps {
  readonly view: ShownView;
  readonly size: Size;
  readonly nodeId: string;
}

function Body({ view, size, nodeId }: BodyProps) {
  switch (view.view) {
    case 'gallery':
      return <GalleryView view={view} size={size} />;
    case 'matches':
      return <MatchesView view={view} size={size} />;
    case 'bars':
      return <BarsView view={view} size={size} />;
    case 'heatmap':
      return <HeatmapView view={view} size={size} />;
    case 'patches':
      return <PatchesView view={view} size={size} nodeId={nodeId} />;
    case 'table':
      return <TableView view={view} size={size} />;
    case 'file':
      return <FileView view={view} />;
    default:
      return <Empty>{t('results.unknown')}</Empty>;
  }
}

/** How much there is, in words. */
function amountOf(view: ShownView): string {
  type Counted = 'results.pictures' | 'results.rows' | 'results.items' | 'results.matchCount';
  const named = (key: Counted, shown: number, total = shown) =>
    t(key, {
      total,
      count:
        total > shown
          ? t('results.count', { shown: formatCount(shown), total: formatCount(total) })
          : formatCount(total),
    });
  switch (view.view) {
    case 'gallery':
      return named('results.pictures', view.items.length, view.total);
    case 'table':
      return named('results.rows', view.rows.length, view.total);
    case 'matches': {
      const count = view.rankings.reduce((sum, { results }) => sum + results.length, 0);
      return named('results.matchCount', count);
    }
    case 'bars':
      return view.groups.some(({ item }) => item) ? named('results.items', view.groups.length) : '';
    case 'patches':
      return `${named('results.pictures', view.items.length)}, ${view.rows} × ${view.columns}`;
    case 'heatmap':
      return `${view.rows.length} × ${view.columns.length}`;
    default:
      return '';
  }
}

const NAMES = {
  gallery: 'results.gallery',
  matches: 'results.matches',
  bars: 'results.bars',
  table: 'results.table',
  heatmap: 'results.heatmap',
  patches: 'results.patches',
  unloaded: 'results.result',
  file: 'results.file',
  stored: 'results.result',
  unknown: 'results.result',
} as const;

/** A result as a picture: in its node, or large. Enter or a double click opens it large. */
export const ResultView = memo(function ResultView({ view: json, size, nodeId, title }: ResultViewProps) {
  useLanguage();
  const ownTitle = useDocument((state) => state.nodes[nodeId]?.title);
  const type = useDocument((state) => state.nodes[nodeId]?.type);
  const [open, setOpen] = useState(false);
  const whole = useWholeView(json);
  if (whole.state === 'loading') return <p className={common.empty}>{t('results.loading')}</p>;
  if (whole.state === 'failed')
    return (
      <p className={common.problem} role="alert">
        {t('results.unreadable', { reason: whole.reason })}
      </p>
    );
  const { view } = whole;
  const name =
    title ??
    ownTitle ??
    view.title ??
    (type === undefined ? undefined : nodeText(type).title) ??
    t(NAMES[view.view]);
  const skipped = view.view === 'gallery' ? view.skipped : [];
  const head = (own: Size) => (
    <div className={css.head}>
      <span>{amountOf(view)}</span>
      <SkippedChip skipped={skipped} />
      <span className={css.grow} />
      {view.view !== 'file' && <ExportMenu view={view} json={whole.json} title={name} />}
      {own === 'node' && view.view !== 'file' && (
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
        <Body view={view} size="large" nodeId={nodeId} />
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
        <Body view={view} size="node" nodeId={nodeId} />
      </div>
      {open && (
        <Modal
          opened
          onClose={() => setOpen(false)}
          title={name}
          size="min(1200px, 94vw)"
          zIndex={300}
          closeButtonProps={{ 'aria-label': t('results.close') }}
          onKeyDown={(event) => event.stopPropagation()}
          onPointerDown={(event) => event.stopPropagation()}
          onDoubleClick={(event) => event.stopPropagation()}
        >
          {head('large')}
          <Body view={view} size="large" nodeId={nodeId} />
        </Modal>
      )}
    </div>
  );
});
