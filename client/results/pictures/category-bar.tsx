import { create } from 'zustand';
import type { LabelCategory } from '../../../server/contract/labels.ts';
import { inkOn } from '../../ui/labels/palette.ts';
import { t } from '../../ui/strings/index.ts';
import css from './pictures.module.css';

/** The `data-category` of the place that rules out the shown category. No category has this id. */
export const NOT = '!not';

/** The categories that dragged pictures can be dropped on; null while nothing is dragged. */
export const useDropTargets = create<{ readonly categories: readonly LabelCategory[] | null }>(() => ({
  categories: null,
}));

/** The colour of a category, with its key if it has one. */
export const CategorySign = ({
  color,
  keyName,
}: {
  readonly color: string;
  readonly keyName: number | null;
}) => (
  <span className={css.sign} style={{ background: color, color: inkOn(color) }} aria-hidden>
    {keyName ?? ''}
  </span>
);

/** The categories, in front of everything while pictures are dragged. */
export function CategoryBar() {
  const categories = useDropTargets((state) => state.categories);
  if (!categories) return null;
  return (
    <div className={css.targets}>
      <p className={css.targetsHelp}>{t('correct.drop')}</p>
      <div className={css.targetList}>
        {categories.map(({ id, name, color, key }) => (
          <span key={id} className={css.target} data-category={id}>
            <CategorySign color={color} keyName={key} />
            <span>{name}</span>
          </span>
        ))}
        <span className={css.target} data-category={NOT}>
          <span className={css.sign} aria-hidden>
            ≠
          </span>
          <span>{t('correct.notThis')}</span>
        </span>
      </div>
    </div>
  );
}
