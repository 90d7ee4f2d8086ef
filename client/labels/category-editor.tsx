import { Button, Group, NativeSelect, Popover, TextInput } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { LABEL_COLORS, type LabelCategory } from '../../server/contract/labels.ts';
import { t } from '../ui/strings/index.ts';
import { tell } from '../ui/tell.ts';
import css from './chips.module.css';
import { changeCategory, removeCategory, useSorting } from './sorting.ts';

const KEYS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

function Fields({
  category,
  count,
  onDone,
}: {
  readonly category: LabelCategory;
  readonly count: number;
  readonly onDone: () => void;
}) {
  const { id } = category;
  const categories = useSorting((state) => state.categories);
  const place = categories.findIndex((one) => one.id === id);
  const others = categories.filter((one) => one.id !== id);
  const [name, setName] = useState(category.name);
  const [into, setInto] = useState('');
  const wanted = name.trim();
  const isTaken = others.some((one) => one.name === wanted);
  const rename = () => {
    if (wanted !== '' && wanted !== category.name && !isTaken)
      changeCategory({ op: 'change', id, name: wanted });
  };
  const remove = async (target?: string) => {
    onDone();
    const own = target === undefined ? undefined : others.find((one) => one.id === target)?.name;
    if (!(await removeCategory(id, target))) return;
    tell(
      'done',
      own === undefined
        ? t('categories.deleted', { name: category.name, count })
        : t('categories.merged', { name: category.name, into: own }),
    );
  };
  return (
    <form
      className={css.editor}
      onSubmit={(event) => {
        event.preventDefault();
        rename();
        if (!isTaken) onDone();
      }}
    >
      <TextInput
        label={t('categories.name')}
        size="xs"
        value={name}
        maxLength={200}
        data-autofocus
        error={isTaken && t('categories.taken', { name: wanted })}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={rename}
      />
      <div role="group" aria-label={t('categories.color')} className={css.swatches}>
        {LABEL_COLORS.map((color) => (
          <button
            key={color}
            type="button"
            className={css.swatch}
            style={{ background: color }}
            aria-label={color}
            aria-pressed={color === category.color}
            onClick={() => changeCategory({ op: 'change', id, color })}
          />
        ))}
      </div>
      <Group gap="xs" align="end" wrap="nowrap">
        <NativeSelect
          label={t('categories.key')}
          size="xs"
          flex={1}
          value={category.key === null ? '' : String(category.key)}
          data={[
            { value: '', label: t('categories.noKey') },
            ...KEYS.map((key) => {
              const owner = others.find((one) => one.key === key)?.name;
              return { value: String(key), label: owner === undefined ? String(key) : `${key} (${owner})` };
            }),
          ]}
          onChange={({ currentTarget: { value } }) =>
            changeCategory({ op: 'change', id, key: value === '' ? null : Number(value) })
          }
        />
        <Button
          size="xs"
          variant="default"
          aria-label={t('categories.up')}
          title={t('categories.up')}
          disabled={place <= 0}
          onClick={() => changeCategory({ op: 'change', id, place: place - 1 })}
        >
          <ArrowUp size={14} aria-hidden />
        </Button>
        <Button
          size="xs"
          variant="default"
          aria-label={t('categories.down')}
          title={t('categories.down')}
          disabled={place >= categories.length - 1}
          onClick={() => changeCategory({ op: 'change', id, place: place + 1 })}
        >
          <ArrowDown size={14} aria-hidden />
        </Button>
      </Group>
      {others.length > 0 && (
        <Group gap="xs" align="end" wrap="nowrap">
          <NativeSelect
            label={t('categories.mergeInto')}
            size="xs"
            flex={1}
            value={into}
            data={[{ value: '', label: '–' }, ...others.map((one) => ({ value: one.id, label: one.name }))]}
            onChange={(event) => setInto(event.currentTarget.value)}
          />
          <Button size="xs" variant="default" disabled={into === ''} onClick={() => void remove(into)}>
            {t('categories.merge')}
          </Button>
        </Group>
      )}
      <Button size="xs" color="red" variant="light" onClick={() => void remove()}>
        {t('categories.delete')}
      </Button>
    </form>
  );
}

/** Name, colour, key and place of a category, and how to merge or delete it. `children` is the button that opens it. */
export function CategoryEditor({
  category,
  count,
  isOpen,
  onChange,
  children,
}: {
  readonly category: LabelCategory;
  readonly count: number;
  readonly isOpen: boolean;
  readonly onChange: (isOpen: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <Popover
      opened={isOpen}
      onChange={onChange}
      width={270}
      position="bottom-end"
      withinPortal
      zIndex={460}
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown data-popover aria-label={t('categories.edit', { name: category.name })}>
        <Fields category={category} count={count} onDone={() => onChange(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
