import type { LabelCategory } from '../../server/contract/labels.ts';
import { inkOn } from '../ui/labels/palette.ts';
import css from './grid.module.css';

/** The name of a category in its colour, in the corner of a picture. */
export function CategoryBadge({ category: { name, color } }: { readonly category: LabelCategory }) {
  return (
    <span className={css.badge} style={{ background: color, color: inkOn(color) }}>
      {name}
    </span>
  );
}
