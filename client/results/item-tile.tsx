import { t } from '../ui/strings/index.ts';
import type { ShownItem } from './read-item.ts';
import css from './thumbnail.module.css';
import { Thumbnail } from './thumbnail.tsx';

/** An item as a square: its picture, or its text. */
export function ItemTile({
  item,
  edge,
  label,
}: {
  readonly item: ShownItem;
  readonly edge: number;
  /** What it is called for those who hear it; the title where there is none. Empty where words beside it say it. */
  readonly label?: string;
}) {
  if (item.isPicture) return <Thumbnail source={item.picture} edge={edge} label={label ?? item.title} />;
  return (
    <span className={css.textTile} style={{ width: edge, height: edge }} title={item.title}>
      {item.title === '' ? t('results.emptyText') : item.title}
    </span>
  );
}
