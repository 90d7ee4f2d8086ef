import { Portal } from '@mantine/core';
import type { ViewItem } from '../../server/contract/view.ts';
import { formatScore } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './pair-card.module.css';
import { ItemTile } from './thumbnail.tsx';

const GAP = 8;

/** The rectangle that the user points at, in window pixels. */
export interface Spot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A position beside a spot and inside the window: below it, otherwise above it, shifted sideways if needed. */
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

/** Two items side by side with their score, shown while the user points at them. */
export function PairCard({
  a,
  b,
  score,
  spot,
  edge = 200,
}: {
  readonly a: ViewItem;
  readonly b: ViewItem;
  readonly score: number;
  readonly spot: Spot;
  /** Side of each picture in CSS pixels. */
  readonly edge?: number;
}) {
  const size = { width: 2 * edge + 36, height: edge + 76 };
  const place = placeBy(spot, size, { width: innerWidth, height: innerHeight });
  return (
    <Portal>
      {/* Hidden from screen readers: the button under the pointer already says the same. */}
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
