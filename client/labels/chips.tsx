import { Ellipsis, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { LabelCategory } from '../../server/contract/labels.ts';
import { formatCount } from '../ui/format.ts';
import { inkOn } from '../ui/labels/palette.ts';
import named from '../ui/named/named.module.css';
import { t } from '../ui/strings/index.ts';
import { isComposing } from '../ui/typing.ts';
import { CategoryEditor } from './category-editor.tsx';
import css from './chips.module.css';
import { countsOf } from './marks.ts';
import { addCategory, useSorting } from './sorting.ts';

/** A category as a button: its colour, name, count and key. Pictures can be dropped on it. */
export function Chip({
  category: { id, name, color, key },
  count,
  isOn,
  isOut,
  onClick,
}: {
  readonly category: LabelCategory;
  /** How many pictures of the room have it. */
  readonly count?: number;
  /** Whether the picture that is shown has it, and whether it is ruled out. */
  readonly isOn?: boolean;
  readonly isOut?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      className={css.chip}
      data-category={id}
      data-out={isOut || undefined}
      aria-pressed={isOn}
      aria-keyshortcuts={key === null ? undefined : String(key)}
      title={key === null ? name : t('categories.chipHelp', { name, key })}
      onClick={onClick}
    >
      <span className={css.key} style={{ background: color, color: inkOn(color) }}>
        {key ?? ''}
      </span>
      <span className={css.chipName}>{name}</span>
      {count !== undefined && <span className={css.count}>{formatCount(count)}</span>}
    </button>
  );
}

/** Makes a category of a name that is typed. */
export function NewCategory({ isFirst }: { readonly isFirst: boolean }) {
  const [name, setName] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // Without a category there is nothing else to do.
  useEffect(() => {
    if (isFirst) field.current?.focus();
  }, [isFirst]);
  const add = () => {
    if (addCategory(name) !== undefined) setName('');
  };
  return (
    <form
      className={css.newCategory}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <input
        ref={field}
        type="text"
        className={css.field}
        maxLength={200}
        value={name}
        placeholder={t('categories.new')}
        aria-label={t('categories.new')}
        data-keys={name === '' ? 'empty' : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter ends a word of an input method first.
          if (event.key === 'Enter' && isComposing(event.nativeEvent)) event.preventDefault();
        }}
      />
      <button
        type="submit"
        className={css.add}
        disabled={name.trim() === ''}
        aria-label={t('categories.add')}
        title={t('categories.add')}
      >
        <Plus size={16} aria-hidden />
      </button>
    </form>
  );
}

/** The categories beside the pictures. */
export function Chips({ onSort }: { readonly onSort: (category: string) => void }) {
  const categories = useSorting((state) => state.categories);
  const marks = useSorting((state) => state.marks);
  const { by } = useMemo(() => countsOf(marks), [marks]);
  const [edited, setEdited] = useState<string>();
  return (
    <aside className={css.side} aria-label={t('categories.title')}>
      <NewCategory isFirst={categories.length === 0} />
      {categories.length === 0 && <p className={named.help}>{t('categories.first')}</p>}
      <ul className={css.chips}>
        {categories.map((category) => (
          <li key={category.id} className={css.chipRow}>
            <Chip category={category} count={by.get(category.id) ?? 0} onClick={() => onSort(category.id)} />
            <CategoryEditor
              category={category}
              count={by.get(category.id) ?? 0}
              isOpen={edited === category.id}
              onChange={(isOpen) => setEdited(isOpen ? category.id : undefined)}
            >
              <button
                type="button"
                className={css.more}
                aria-label={t('categories.edit', { name: category.name })}
                title={t('categories.edit', { name: category.name })}
                onClick={() => setEdited(edited === category.id ? undefined : category.id)}
              >
                <Ellipsis size={16} aria-hidden />
              </button>
            </CategoryEditor>
          </li>
        ))}
      </ul>
      {categories.length > 0 && <p className={`${named.help} ${css.keysHelp}`}>{t('categories.keysHelp')}</p>}
    </aside>
  );
}
