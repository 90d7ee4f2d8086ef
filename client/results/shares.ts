import type { ViewCell, ViewOf } from '../../server/contract/view.ts';
import { formatCount, formatShare } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';

/** Metrics that are shares of pictures, and the metrics that say of how many. */
const SHARES: Readonly<Record<string, readonly string[]>> = {
  'held-out accuracy': ['held-out pictures', 'held out'],
  'held-out accuracy before': ['held out'],
  'training accuracy': ['training pictures'],
};

/** With so few pictures, the share of others is within 18 points of this one, with 95% certainty. With fewer, it is further away. */
const FEW = 30;

/**
 * What a cell of a table of metrics says for people: of how many pictures a share is, with a word of doubt if these are few.
 * Undefined for every other cell.
 */
export function shareText(
  { columns, rows }: Pick<ViewOf<'table'>, 'columns' | 'rows'>,
  row: number,
  column: number,
): string | undefined {
  if (columns[column]?.key !== 'value' || columns[0]?.key !== 'metric') return undefined;
  const [name, share] = rows[row] ?? [];
  const counts = typeof name === 'string' && Object.hasOwn(SHARES, name) ? SHARES[name] : undefined;
  if (!counts || typeof share !== 'number') return undefined;
  const numberOf = (cells: readonly ViewCell[] | undefined) => cells?.[1];
  const total = numberOf(rows.find(([own]) => typeof own === 'string' && counts.includes(own)));
  if (typeof total !== 'number' || total <= 0) return undefined;
  const right = Math.round(share * total);
  const text = t('results.rightOf', {
    right: formatCount(right),
    count: formatCount(total),
    share: formatShare(share),
  });
  return total < FEW && name !== 'training accuracy' ? t('results.fewRight', { text }) : text;
}
