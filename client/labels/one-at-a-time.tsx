import { ChevronLeft, ChevronRight, Grid3x3, Undo2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { categoryOf } from '../results/label-text.ts';
import { pictureUrl } from '../ui/api/files.ts';
import { formatCount, formatScore } from '../ui/format.ts';
import named from '../ui/named/named.module.css';
import { t } from '../ui/strings/index.ts';
import { CategoryBadge } from './category-badge.tsx';
import { Chip, NewCategory } from './chips.tsx';
import { NO_MARK } from './marks.ts';
import css from './one-at-a-time.module.css';
import room from './room.module.css';
import { useSorting } from './sorting.ts';

/** How many of the next pictures load while one is looked at. */
const AHEAD = 2;

function Large({ at }: { readonly at: number }) {
  const item = useSorting((state) => state.pictures[at]?.item);
  const [failed, setFailed] = useState(false);
  if (!item?.picture || failed) return <p className={css.gone}>{t('results.gone')}</p>;
  return (
    <img
      className={css.large}
      src={pictureUrl(item.picture)}
      alt={item.title}
      draggable={false}
      onError={() => setFailed(true)}
    />
  );
}

/** One picture as large as possible, with all categories as buttons below it. */
export function OneAtATime({
  shown,
  at,
  onGo,
  onSort,
  onUndo,
  onBack,
}: {
  /** The positions of the pictures that are leafed through. */
  readonly shown: readonly number[];
  /** The position of the picture. */
  readonly at: number;
  readonly onGo: (at: number) => void;
  readonly onSort: (category: string | null) => void;
  readonly onUndo: () => void;
  readonly onBack: () => void;
}) {
  const picture = useSorting((state) => state.pictures[at]);
  const pictures = useSorting((state) => state.pictures);
  const { category, not } = useSorting((state) => state.marks[at] ?? NO_MARK);
  const categories = useSorting((state) => state.categories);
  const canUndo = useSorting((state) => state.past.length > 0);
  const place = shown.indexOf(at);
  const own = categories.find(({ id }) => id === category);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.focus({ preventScroll: true }), []);
  const next = shown
    .slice(place + 1, place + 1 + AHEAD)
    .flatMap((one) => pictures[one]?.item.picture ?? [])
    .map(pictureUrl)
    .join('\n');
  useEffect(() => {
    for (const url of next.split('\n').filter(Boolean)) new Image().src = url;
  }, [next]);
  const step = (by: number) => {
    const to = shown[place + by];
    if (to !== undefined) onGo(to);
  };
  if (!picture) return null;
  const { item, guess, score } = picture;
  return (
    <section ref={frame} className={css.one} tabIndex={-1} aria-label={t('categories.oneTitle')}>
      <div className={css.oneHead}>
        <button type="button" className={room.tool} onClick={onBack}>
          <Grid3x3 size={16} aria-hidden />
          <span>{t('categories.backToGrid')}</span>
        </button>
        <span className={css.oneName} title={item.title}>
          {item.title}
        </span>
        <span className={css.place} aria-live="polite">
          {t('results.place', { place: formatCount(place + 1), total: formatCount(shown.length) })}
        </span>
      </div>
      <div className={css.stage}>
        <button
          type="button"
          className={css.leaf}
          aria-label={t('results.previous')}
          disabled={place <= 0}
          onClick={() => step(-1)}
        >
          <ChevronLeft size={24} aria-hidden />
        </button>
        <div className={css.largeFrame}>
          <Large key={at} at={at} />
          {own && <CategoryBadge category={own} />}
        </div>
        <button
          type="button"
          className={css.leaf}
          aria-label={t('results.next')}
          disabled={place >= shown.length - 1}
          onClick={() => step(1)}
        >
          <ChevronRight size={24} aria-hidden />
        </button>
      </div>
      {guess !== undefined && (
        <p className={css.guess}>
          {t('categories.guess', { name: categoryOf(item, guess) })}
          {score !== undefined && ` · ${formatScore(score)}`}
        </p>
      )}
      {categories.length === 0 && <p className={`${named.help} ${css.guess}`}>{t('categories.firstHere')}</p>}
      <div className={css.oneChips} role="group" aria-label={t('categories.title')}>
        {categories.map((one) => (
          <Chip
            key={one.id}
            category={one}
            isOn={one.id === category}
            isOut={not.includes(one.id)}
            onClick={() => onSort(one.id)}
          />
        ))}
      </div>
      <div className={css.oneFoot}>
        <NewCategory isFirst={categories.length === 0} />
        <button type="button" className={room.tool} disabled={category === null} onClick={() => onSort(null)}>
          {t('categories.clear')}
        </button>
        <button type="button" className={room.tool} disabled={!canUndo} onClick={onUndo}>
          <Undo2 size={16} aria-hidden />
          <span>{t('trash.undo')}</span>
        </button>
      </div>
    </section>
  );
}
