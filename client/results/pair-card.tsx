import { Portal } from '@mantine/core';
import { formatScore } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './pair-card.module.css';
import type { ShownItem } from './read-item.ts';
import { ItemTile } from './thumbnail.tsx';

const GAP = 8;

/** What is pointed at, in window pixels. */
export interface Spot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Beside a spot and inside the window: below it, else above, moved sideways as far as needed. */
export function placeBy(
  spot: Spot,
  card: { readonly width: number; readonly height: number },
  room: { readonly width: number; readonly height: number },
): { left: number; top: number } {
  const middle = (spot.left + spot.right) / 2 - card.width / 2;
  const left = Math.max(GAP, Math.min(room.width - card.width - GAP, middle));
  const below = spot.bottom + GAP;
  const fits = below + card.height + GAP <= room.height;
  const above = spot.top - GAP - card.height;
  return {
    left,
    top: fits || above < GAP ? Math.max(GAP, Math.min(below, room.height - card.height - GAP)) : above,
  };
}

/** Two items large and side by side with their score, while one points at them. */
export function PairCard({
  a,
  b,
  score,
  spot,
  edge = 200,
}: {
  readonly a: ShownItem;
  readonly b: ShownItem;
  readonly score: number;
  readonly spot: Spot;
  /** Side of each picture in CSS pixels. */
  readonly edge?: number;
}) {
  const size = { width: 2 * edge + 36, height: edge + 76 };
  const place = placeBy(spot, size, { width: innerWidth, height: innerHeight });
  return (
    <Portal>
      {/* Whoever hears the page is told the same by the button that is pointed at. */}
      <div className={css.pair} style={{ ...place, width: size.width }} aria-hidden>
        <div className={css.pairSides}>
          {[a, b].map((item, side) => (
            <div key={side} className={css.pairSide} style={{ width: edge }}>
              <ItemTile item={item} edge={edge} label="" />
              <span>{item.title}</span>
            </div>
          ))}
        </div>
        <strong>{t('results.score', { score: formatScore(score) })}</strong>
      </div>
    </Portal>
  );
}
