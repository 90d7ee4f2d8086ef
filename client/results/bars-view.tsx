import { useMemo, useState } from 'react';
import type { ViewBars, ViewOf } from '../../server/contract/view.ts';
import { viewItemKey } from '../../server/contract/view.ts';
import { factsTogether, formatBar } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './bars-view.module.css';
import { categoryOf } from './label-text.ts';
import { pagesOf } from './pictures/pages.ts';
import { Picture } from './pictures/picture.tsx';
import { PictureArea } from './pictures/picture-area.tsx';
import common from './results.module.css';
import { ItemTile } from './thumbnail.tsx';
import { Empty, ShowMore, type Size } from './view-frame.tsx';
import { aboutItem, amountText, type KindOfView, type ViewBodyProps } from './view-kind.ts';

type Bars = ViewOf<'bars'>;

const EDGE = { node: 56, large: 96 } as const;
const FIRST = { node: 20, large: 60 } as const;

/** Metrics whose greatest value is 1. Bars of different results can be compared by eye only if all have this scale. */
const UP_TO_ONE = new Set(['softmax', 'sigmoid', 'cosine', 'accuracy']);

/** The value of a full bar: 1 for probabilities, cosine and accuracy, otherwise the largest number. */
export function fullBar(groups: readonly ViewBars[], metric: string | undefined): number {
  if (metric !== undefined && UP_TO_ONE.has(metric)) return 1;
  const sizes = groups.flatMap(({ bars }) =>
    bars.map(({ value }) => Math.abs(value)).filter(Number.isFinite),
  );
  return sizes.reduce((greatest, size) => Math.max(greatest, size), 0) || 1;
}

/** Whether the bars of a group are candidates, the best of which counts. Those of methods are in an order of their own. */
const isRanked = (metric: string | undefined) => metric !== undefined && metric !== 'accuracy';

/** Sorts bars best first if they are candidates. Otherwise they keep their order. */
export function sortedBars({ bars }: ViewBars, metric: string | undefined): ViewBars['bars'] {
  return !isRanked(metric) ? bars : bars.toSorted((a, b) => b.value - a.value);
}

function Group({
  group,
  metric,
  full,
  size,
  at,
}: {
  readonly group: ViewBars;
  readonly metric: string | undefined;
  readonly full: number;
  readonly size: Size;
  /** The page of the group's picture. */
  readonly at: number | undefined;
}) {
  const { item } = group;
  const bars = sortedBars(group, metric);
  return (
    <li className={css.barGroup}>
      {item && (
        <Picture
          item={item}
          at={at}
          className={common.tile}
          style={{ width: EDGE[size] }}
          title={item.title}
          label={item.title}
        >
          <ItemTile item={item} edge={EDGE[size]} label="" />
        </Picture>
      )}
      <ul className={css.bars}>
        {bars.map(({ label, value }, at) => (
          <li key={at} className={css.bar} data-best={(isRanked(metric) && at === 0) || undefined}>
            <span className={css.barLabel} title={categoryOf(item, label)}>
              {categoryOf(item, label)}
            </span>
            <span className={css.barValue}>{formatBar(value, metric)}</span>
            <span className={css.barTrack}>
              <span
                className={css.barFill}
                data-negative={value < 0 || undefined}
                style={{
                  width: `${Math.min(1, Math.abs(Number.isFinite(value) ? value : 0) / full) * 100}%`,
                }}
              />
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}

/** Numbers as bars. The best bar of each item has the accent colour. */
export function BarsView({ view, size, nodeId }: ViewBodyProps<Bars>) {
  const { groups, metric } = view;
  const [count, setCount] = useState<number>(FIRST[size]);
  const [pages, pageOf] = useMemo(() => {
    const shown = groups.flatMap((group) => (group.item ? [{ group, item: group.item }] : []));
    const caption = (at: number) => {
      const { group, item } = shown[at] ?? {};
      const best = group && sortedBars(group, metric)[0];
      return best && item ? categoryOf(item, best.label) : '';
    };
    const places = new Map(shown.map(({ group }, at) => [group, at]));
    return [
      pagesOf(
        shown.map(({ item }) => item),
        caption,
      ),
      places,
    ] as const;
  }, [groups, metric]);
  if (groups.every(({ bars }) => bars.length === 0)) return <Empty>{t('results.noBars')}</Empty>;
  const full = fullBar(groups, metric);
  const left = groups.length - count;
  return (
    <PictureArea nodeId={nodeId} pages={pages}>
      <ul className={css.barGroups} data-size={size}>
        {groups.slice(0, count).map((group, at) => (
          <Group key={at} group={group} metric={metric} full={full} size={size} at={pageOf.get(group)} />
        ))}
      </ul>
      <ShowMore left={left} size={size} onMore={() => setCount(count + 60)} />
    </PictureArea>
  );
}

/** How the studio shows bars. */
export const bars: KindOfView<Bars> = {
  Body: BarsView,
  amount: ({ groups, total, shownBars, totalBars }) =>
    factsTogether([
      ...(groups.some(({ item }) => item) ? [amountText('results.items', groups.length, total)] : []),
      ...(shownBars < totalBars ? [amountText('results.bars', shownBars, totalBars)] : []),
    ]),
  part: ({ groups, total, shownBars, totalBars }) => ({
    ...(groups.length < total || shownBars === totalBars
      ? { shown: groups.length, total }
      : { shown: shownBars, total: totalBars }),
    lift: { groups: total, bars: totalBars },
  }),
  rows: ({ groups }) => ({
    header: ['item', 'name', 'value'],
    rows: groups.flatMap((group) =>
      group.bars.map(({ label, value }) => [group.item?.title ?? null, label, value]),
    ),
  }),
  without: (view, hidden) => ({
    ...view,
    groups: view.groups.filter(({ item }) => !item || !hidden.has(viewItemKey(item))),
  }),
  about: ({ groups }) => (groups.length === 1 ? aboutItem(groups[0]?.item) : undefined),
};
