import { CloudOff, Columns2, GraduationCap, Redo2, Undo2, X } from 'lucide-react';
import { useMemo } from 'react';
import type { ViewPlace } from '../results/pictures/selection.ts';
import { HiddenChip } from '../results/pictures/selection-bar.tsx';
import { RetrainControls } from '../runs/retrain-controls.tsx';
import { formatCount } from '../ui/format.ts';
import { keyText } from '../ui/keys.ts';
import { t } from '../ui/strings/index.ts';
import { attempt } from '../ui/tell.ts';
import { ExportSet } from './export-set.tsx';
import { countsOf, type Filter, isUnsure, isWrong, type Order } from './marks.ts';
import css from './room.module.css';
import { ROOM } from './sets.ts';
import { useSorting } from './sorting.ts';
import { teachFrom } from './teach.ts';

/** Whether everything is saved, or what waits and why. */
function Saved() {
  const waiting = useSorting((state) => state.waiting);
  const isAway = useSorting((state) => state.isAway);
  const known = useSorting((state) => state.known);
  const total = useSorting((state) => state.pictures.length);
  return (
    <span className={css.saved} role="status" data-away={isAway || undefined}>
      {isAway && <CloudOff size={14} aria-hidden />}
      {isAway
        ? t('categories.away', { count: waiting })
        : known < total
          ? t('categories.reading', { count: formatCount(known), total: formatCount(total) })
          : t(waiting > 0 ? 'categories.saving' : 'categories.saved')}
    </span>
  );
}

function Tool({
  label,
  keys,
  disabled,
  className = '',
  onClick,
  children,
}: {
  readonly label: string;
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      className={`${css.tool} ${className}`}
      aria-label={label}
      title={keys === undefined ? label : `${label} (${keyText(keys)})`}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** The head of the room: progress, what is shown and how large, undo, and what to do with the set. */
export function RoomHead({
  sorted,
  filter,
  onFilter,
  order,
  onOrder,
  size,
  onSize,
  isOne,
  onOne,
  onUndo,
  onRedo,
  onClose,
  place,
}: {
  readonly sorted: number;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
  readonly size: number;
  readonly onSize: (size: number) => void;
  readonly isOne: boolean;
  readonly onOne: () => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onClose: () => void;
  /** Where the pictures come from. */
  readonly place: ViewPlace;
}) {
  const set = useSorting((state) => state.set);
  const pictures = useSorting((state) => state.pictures);
  const marks = useSorting((state) => state.marks);
  const categories = useSorting((state) => state.categories);
  const canUndo = useSorting((state) => state.past.length > 0);
  const canRedo = useSorting((state) => state.future.length > 0);
  const { by } = useMemo(() => countsOf(marks), [marks]);
  const total = pictures.length;
  const counts = useMemo(() => {
    const none = { id: '', category: null, not: [] };
    return {
      unsure: pictures.filter((one, at) => isUnsure(one, marks[at])).length,
      wrong: pictures.filter((one, at) => isWrong(one, marks[at] ?? none, categories)).length,
    };
  }, [pictures, marks, categories]);
  const hasMargins = useMemo(() => pictures.some(({ margin }) => margin !== undefined), [pictures]);
  const hasUnsure = hasMargins || counts.unsure > 0;
  const hasGuesses = useMemo(() => pictures.some(({ guess }) => guess !== undefined), [pictures]);
  const hasScores = useMemo(() => pictures.some(({ score }) => score !== undefined), [pictures]);
  const told = (text: string, count: number) => `${text} (${formatCount(count)})`;
  return (
    <header className={css.head}>
      <div className={css.headRow}>
        <h2 className={css.title} title={set}>
          {set}
        </h2>
        <span className={css.progress}>
          <progress
            className={css.bar}
            max={Math.max(1, total)}
            value={sorted}
            aria-label={t('categories.progressName')}
          />
          <span>{t('categories.progress', { count: formatCount(sorted), total: formatCount(total) })}</span>
        </span>
        <Saved />
        <span className={css.grow} />
        <RetrainControls tab={place.tab} />
        <Tool label={t('trash.undo')} keys="Mod+Z" disabled={!canUndo} onClick={onUndo}>
          <Undo2 size={16} aria-hidden />
        </Tool>
        <Tool label={t('categories.redo')} keys="Mod+Y" disabled={!canRedo} onClick={onRedo}>
          <Redo2 size={16} aria-hidden />
        </Tool>
        <button
          type="button"
          className={css.tool}
          title={t('categories.teachHelp')}
          disabled={sorted === 0}
          onClick={() => {
            void attempt(teachFrom(set, place, sorted < total).then(onClose));
          }}
        >
          <GraduationCap size={16} aria-hidden />
          <span>{t('categories.teach')}</span>
        </button>
        <ExportSet set={set} place={place} />
        <Tool label={t('results.close')} className={css.close} onClick={onClose}>
          <X size={18} aria-hidden />
        </Tool>
      </div>
      {!isOne && (
        <div className={css.headRow}>
          <label className={css.choice}>
            <span>{t('categories.show')}</span>
            <select
              className={css.select}
              value={filter}
              onChange={({ currentTarget: { value } }) => onFilter(filterOf(value))}
            >
              <option value="all">{told(t('categories.all'), total)}</option>
              <option value="open">{told(t('categories.open'), total - sorted)}</option>
              {hasUnsure && <option value="unsure">{told(t('categories.unsure'), counts.unsure)}</option>}
              {hasGuesses && <option value="wrong">{told(t('categories.wrong'), counts.wrong)}</option>}
              {categories.map(({ id, name }) => (
                <option key={id} value={`in:${id}`}>
                  {told(name, by.get(id) ?? 0)}
                </option>
              ))}
            </select>
          </label>
          <label className={css.choice}>
            <span>{t('categories.order')}</span>
            <select
              className={css.select}
              value={order}
              onChange={({ currentTarget: { value } }) =>
                onOrder(value === 'name' || value === 'score' ? value : 'result')
              }
            >
              <option value="result">{t('categories.orderResult')}</option>
              <option value="name">{t('categories.orderName')}</option>
              {(hasMargins || hasScores) && <option value="score">{t('categories.orderScore')}</option>}
            </select>
          </label>
          <label className={css.choice}>
            <span>{t('categories.size')}</span>
            <input
              type="range"
              className={css.slider}
              min={80}
              max={400}
              step={10}
              value={size}
              onChange={(event) => onSize(Number(event.currentTarget.value))}
            />
          </label>
          <HiddenChip tab={place.tab} nodeId={ROOM} />
          <span className={css.grow} />
          <button type="button" className={css.tool} title={`${t('categories.one')} (Enter)`} onClick={onOne}>
            <Columns2 size={16} aria-hidden />
            <span>{t('categories.one')}</span>
          </button>
        </div>
      )}
    </header>
  );
}

function filterOf(value: string): Filter {
  if (value === 'open' || value === 'unsure' || value === 'wrong') return value;
  return value.startsWith('in:') ? `in:${value.slice('in:'.length)}` : 'all';
}
