import { memo, useMemo, useRef, useState } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { ViewItem, ViewOf, ViewRanking } from '../../server/contract/view.ts';
import { viewItemKey } from '../../server/contract/view.ts';
import { useDocument } from '../document/store.ts';
import { collectionsBehind } from '../document/upstream.ts';
import { formatCount, formatScore } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './matches-view.module.css';
import { MiddleName } from './middle-name.tsx';
import { PairCard, type Spot } from './pair-card.tsx';
import type { Pages } from './pictures/pages.ts';
import { Picture } from './pictures/picture.tsx';
import { PictureArea } from './pictures/picture-area.tsx';
import common from './results.module.css';
import { ItemTile } from './thumbnail.tsx';
import { Empty, ShowMore, type Size } from './view-frame.tsx';
import { aboutItem, amountText, type KindOfView, type ViewBodyProps } from './view-kind.ts';

type Matches = ViewOf<'matches'>;

const EDGE = { node: 56, large: 104 } as const;
const FIRST_QUERIES = { node: 20, large: 50 } as const;
const FIRST_MATCHES = { node: 20, large: 60 } as const;
const FEW_MATCHES = 60;
const WAIT_MS = 150;

interface Pointed {
  readonly query: ViewItem;
  readonly item: ViewItem;
  readonly score: number;
  readonly spot: Spot;
}

/** The match under the pointer or with the focus, after a short delay. Only the card that shows it is drawn again. */
function usePointed() {
  const [store] = useState(() =>
    createStore<{ readonly pointed: Pointed | null }>(() => ({ pointed: null })),
  );
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [hover] = useState(() => ({
    store,
    show(element: Element, pointed: Omit<Pointed, 'spot'>) {
      clearTimeout(timer.current);
      timer.current = setTimeout(
        () => store.setState({ pointed: { ...pointed, spot: element.getBoundingClientRect() } }),
        WAIT_MS,
      );
    },
    hide() {
      clearTimeout(timer.current);
      if (store.getState().pointed) store.setState({ pointed: null });
    },
  }));
  return hover;
}
type Hover = ReturnType<typeof usePointed>;

function PointedPair({ store }: { readonly store: StoreApi<{ readonly pointed: Pointed | null }> }) {
  const pointed = useStore(store, (state) => state.pointed);
  return pointed && <PairCard a={pointed.query} b={pointed.item} score={pointed.score} spot={pointed.spot} />;
}

const ScoreBar = memo(function ScoreBar({ score }: { readonly score: number }) {
  const width = `${Math.max(0, Math.min(1, Number.isFinite(score) ? score : 0)) * 100}%`;
  return (
    <span className={css.scoreRow}>
      <span className={css.scoreTrack}>
        <span className={css.scoreBar} style={{ width }} />
      </span>
      <span className={css.score} data-number="">
        {formatScore(score)}
      </span>
    </span>
  );
});

/** The first page of each query. A query without matches has one page. */
function startsOf(rankings: readonly ViewRanking[]): number[] {
  let count = 0;
  return rankings.map(({ results }) => {
    const start = count;
    count += Math.max(1, results.length);
    return start;
  });
}

/** A page for each pair of a query and a match, query by query. */
export function pairPages(
  rankings: readonly ViewRanking[],
  starts = startsOf(rankings),
  none = t('results.noMatches'),
): Pages {
  const last = rankings.at(-1);
  const count = last ? (starts.at(-1) as number) + Math.max(1, last.results.length) : 0;
  const find = (at: number) => {
    if (at < 0 || at >= count) return undefined;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    const ranking = rankings[low];
    const place = at - (starts[low] ?? 0);
    return ranking && { query: ranking.query, match: ranking.results[place], place };
  };
  return {
    count,
    items(at) {
      const found = find(at);
      if (!found) return [];
      return found.match ? [found.query, found.match.item] : [found.query];
    },
    score: (at) => find(at)?.match?.score ?? Number.NaN,
    caption(at) {
      const { match, place = 0 } = find(at) ?? {};
      return match
        ? t('results.rank', { rank: place + 1, title: match.item.title, score: formatScore(match.score) })
        : none;
    },
  };
}

/** Whether there is room to show all matches of each query, one row below the other. */
const areFew = (rankings: readonly ViewRanking[]): boolean =>
  rankings.length <= 2 || rankings.reduce((sum, { results }) => sum + results.length, 0) <= FEW_MATCHES;

function Ranking({
  ranking,
  size,
  start,
  none,
  hover,
}: {
  readonly ranking: ViewRanking;
  readonly size: Size;
  readonly start: number;
  /** What stands in place of the matches of a query that has none. */
  readonly none: string;
  readonly hover: Hover;
}) {
  const { query, results } = ranking;
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? results : results.slice(0, FIRST_MATCHES[size]);
  const edge = EDGE[size];
  const isLarge = size === 'large';
  return (
    <li className={css.ranking} data-size={size}>
      <div className={css.query} style={{ width: edge }}>
        <Picture
          item={query}
          at={start}
          stop={`query ${start}`}
          className={common.tile}
          label={t('results.query', { title: query.title })}
        >
          <ItemTile item={query} edge={edge} label="" />
          {query.isPicture && <MiddleName text={query.title} />}
        </Picture>
      </div>
      {results.length === 0 ? (
        <Empty>{none}</Empty>
      ) : (
        <ol className={`${css.matches} nowheel`} onPointerLeave={hover.hide} onPointerDown={hover.hide}>
          {shown.map(({ item, score }, place) => (
            <li
              key={place}
              onPointerEnter={(event) => {
                if (event.pointerType !== 'touch') hover.show(event.currentTarget, { query, item, score });
              }}
              onPointerLeave={hover.hide}
              onBlur={hover.hide}
              onFocus={({ currentTarget, relatedTarget }) => {
                // Only where the arrow keys lead. The focus also comes back from dialogs and after clicks.
                const isStep =
                  relatedTarget instanceof HTMLElement && relatedTarget.dataset.stop !== undefined;
                if (isStep && currentTarget.querySelector(':focus-visible'))
                  hover.show(currentTarget, { query, item, score });
              }}
            >
              <Picture
                item={item}
                at={start + place}
                score={score}
                className={common.tile}
                style={isLarge ? undefined : { width: edge }}
              >
                <span className={common.unseen}>
                  {t('results.rank', { rank: place + 1, title: item.title, score: formatScore(score) })}
                </span>
                <span className={css.seen} aria-hidden>
                  <ItemTile item={item} edge={edge} label="" fit={isLarge ? 'fill' : 'square'} />
                  <ScoreBar score={score} />
                  {isLarge && item.isPicture && <MiddleName text={item.title} />}
                </span>
              </Picture>
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
    </li>
  );
}

/** What to do about a query without matches: a condition of the search comes first. */
const useNoMatchesText = (nodeId: string): string => {
  const hasCondition = useDocument((content) =>
    collectionsBehind(content, nodeId).some(({ params }) => String(params?.filter ?? '').trim() !== ''),
  );
  return t(hasCondition ? 'results.noneFits' : 'results.noMatches');
};

/** Each query with its ranked matches and scores. Pointing at a match shows the pair; opening it shows the lightbox. */
export function MatchesView({ view, size, nodeId }: ViewBodyProps<Matches>) {
  const rankings = view.matches;
  const [count, setCount] = useState<number>(FIRST_QUERIES[size]);
  const hover = usePointed();
  const starts = useMemo(() => startsOf(rankings), [rankings]);
  const none = useNoMatchesText(nodeId);
  const pages = useMemo(() => pairPages(rankings, starts, none), [rankings, starts, none]);
  if (rankings.length === 0) return <Empty>{t('results.noQueries')}</Empty>;
  const shown = rankings.slice(0, count);
  const left = rankings.length - shown.length;
  return (
    <PictureArea nodeId={nodeId} pages={pages}>
      <ul className={css.rankings} data-few={areFew(rankings) || undefined}>
        {shown.map((ranking, at) => (
          <Ranking key={at} ranking={ranking} size={size} start={starts[at] ?? 0} none={none} hover={hover} />
        ))}
      </ul>
      <ShowMore left={left} size={size} onMore={() => setCount(count + 50)} />
      <PointedPair store={hover.store} />
    </PictureArea>
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
    header: ['query', 'rank', 'match', 'category', 'score'],
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
  without: (view, hidden) => ({
    ...view,
    matches: view.matches.map(({ query, results }) => ({
      query,
      results: results.filter(({ item }) => !hidden.has(viewItemKey(item))),
    })),
  }),
  about: (view) => (view.matches.length === 1 ? aboutItem(view.matches[0]?.query) : undefined),
};
