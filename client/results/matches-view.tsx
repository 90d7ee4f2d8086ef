import { memo, useMemo, useRef, useState } from 'react';
import type { ViewMatch, ViewOf, ViewRanking } from '../../server/contract/view.ts';
import { formatCount, formatScore } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { Lightbox } from './lightbox.tsx';
import type { LightboxPage } from './lightbox-window.tsx';
import css from './matches-view.module.css';
import { PairCard, type Spot } from './pair-card.tsx';
import common from './results.module.css';
import { ItemTile } from './thumbnail.tsx';
import { useRoving } from './use-roving.ts';
import { Empty, ShowMore, type Size } from './view-frame.tsx';
import { amountText, type KindOfView } from './view-kind.ts';

type Matches = ViewOf<'matches'>;

const EDGE = { node: 56, large: 104 } as const;
const FIRST_QUERIES = { node: 20, large: 50 } as const;
const FIRST_MATCHES = { node: 20, large: 60 } as const;
const WAIT_MS = 150;

interface Pointed {
  readonly place: number;
  readonly spot: Spot;
}

/** The match under the pointer or with the focus, after a short delay. */
function usePointed() {
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = (place: number, element: Element, wait = WAIT_MS) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPointed({ place, spot: element.getBoundingClientRect() }), wait);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setPointed(null);
  };
  return { pointed, show, hide };
}

const ScoreBar = memo(function ScoreBar({ score }: { readonly score: number }) {
  const width = `${Math.max(0, Math.min(1, Number.isFinite(score) ? score : 0)) * 100}%`;
  return (
    <span className={css.scoreRow}>
      <span className={css.scoreTrack}>
        <span className={css.scoreBar} style={{ width }} />
      </span>
      <span className={css.score}>{formatScore(score)}</span>
    </span>
  );
});

const pageOf = ({ query }: ViewRanking, { item, score }: ViewMatch, place: number): LightboxPage => ({
  items: [query, item],
  caption: t('results.rank', { rank: place + 1, title: item.title, score: formatScore(score) }),
});

function Ranking({ ranking, size }: { readonly ranking: ViewRanking; readonly size: Size }) {
  const { query, results } = ranking;
  const [open, setOpen] = useState<number | null>(null);
  const { pointed, show, hide } = usePointed();
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? results : results.slice(0, FIRST_MATCHES[size]);
  const roving = useRoving(shown.length);
  const pages = useMemo(
    () => results.map((match, place) => pageOf(ranking, match, place)),
    [ranking, results],
  );
  const over = pointed && shown[pointed.place];
  const edge = EDGE[size];
  return (
    <li className={css.ranking} data-size={size}>
      <div className={css.query} style={{ width: edge }}>
        <ItemTile item={query} edge={edge} label={t('results.query', { title: query.title })} />
        {query.isPicture && <span className={common.tileLabel}>{query.title}</span>}
      </div>
      {shown.length === 0 ? (
        <Empty>{t('results.noMatches')}</Empty>
      ) : (
        <ol className={`${css.matches} nowheel`} onKeyDown={roving.onKeyDown} onPointerLeave={hide}>
          {shown.map(({ item, score }, place) => (
            <li key={place}>
              <button
                type="button"
                className={common.tile}
                style={{ width: edge }}
                onClick={() => {
                  hide();
                  setOpen(place);
                }}
                onPointerEnter={(event) => show(place, event.currentTarget)}
                onPointerLeave={hide}
                onBlur={hide}
                {...roving.stop(place)}
                onFocus={(event) => {
                  roving.stop(place).onFocus();
                  if (event.currentTarget.matches(':focus-visible')) show(place, event.currentTarget);
                }}
              >
                <span className={common.unseen}>
                  {t('results.rank', { rank: place + 1, title: item.title, score: formatScore(score) })}
                </span>
                <span className={css.seen} aria-hidden>
                  <ItemTile item={item} edge={edge} label="" />
                  <ScoreBar score={score} />
                  {size === 'large' && item.isPicture && (
                    <span className={common.tileLabel}>{item.title}</span>
                  )}
                </span>
              </button>
            </li>
          ))}
          {results.length > shown.length && (
            <li className={css.moreMatches}>
              <button type="button" className={`${common.showMore} nodrag`} onClick={() => setWhole(true)}>
                {t('results.more', { count: formatCount(results.length - shown.length) })}
              </button>
            </li>
          )}
        </ol>
      )}
      {over && open === null && <PairCard a={query} b={over.item} score={over.score} spot={pointed.spot} />}
      {open !== null && <Lightbox pages={pages} start={open} onClose={() => setOpen(null)} />}
    </li>
  );
}

/** Each query with its ranked matches and scores. Pointing at a match shows the pair; opening it shows the lightbox. */
export function MatchesView({ view, size }: { readonly view: Matches; readonly size: Size }) {
  const rankings = view.matches;
  const [count, setCount] = useState<number>(FIRST_QUERIES[size]);
  if (rankings.length === 0) return <Empty>{t('results.noQueries')}</Empty>;
  const shown = rankings.slice(0, count);
  const left = rankings.length - shown.length;
  return (
    <>
      <ul className={css.rankings} data-few={rankings.length <= 2 || undefined}>
        {shown.map((ranking, at) => (
          <Ranking key={at} ranking={ranking} size={size} />
        ))}
      </ul>
      <ShowMore left={left} size={size} onMore={() => setCount(count + 50)} />
    </>
  );
}

/** How the studio shows ranked matches. */
export const matches: KindOfView<Matches> = {
  Body: MatchesView,
  amount: ({ count, total }) => amountText('results.matchCount', count, total),
  part: ({ count, total }) => ({
    shown: count,
    total,
    lift: { queries: total, perQuery: total },
  }),
  rows: (view) => ({
    header: ['query', 'rank', 'match', 'label', 'score'],
    rows: view.matches.flatMap(({ query, results }) =>
      results.map(({ item, score }, place) => [
        query.title,
        place + 1,
        item.title,
        item.label ?? null,
        score,
      ]),
    ),
  }),
};
