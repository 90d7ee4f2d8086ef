import { ActionIcon, Button, Loader, Modal } from '@mantine/core';
import { type LucideIcon, Pencil } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Said } from '../../../nodes/sdk/messages.ts';
import type { TrashEntry, TrashKind } from '../../../server/contract/trash.ts';
import { t } from '../strings/index.ts';
import { Sentence } from '../strings/sentence.tsx';
import { told } from '../strings/told.ts';
import { useTrash } from '../trash/trash.ts';
import { TrashButton } from '../trash/trash-button.tsx';
import { TrashLink } from '../trash/trash-link.tsx';
import type { LoadedList } from './list.ts';
import { NameForm } from './name-form.tsx';
import css from './named.module.css';

/** A part of a row that a button opens below it. */
export interface RowPart {
  readonly id: string;
  readonly icon: LucideIcon;
  /** What the button does, and the same with the name of the row. */
  readonly title: string;
  readonly label: string;
  readonly content: (close: () => void) => ReactNode;
}

/** What can be done with one of a list: it is opened, renamed and moved to the trash. */
export function NamedRow({
  kind,
  name,
  facts,
  problem,
  more,
  actions,
  parts = [],
  below,
  onRename,
  onDelete,
}: {
  readonly kind: TrashKind;
  readonly name: string;
  readonly facts: string;
  /** Why it cannot be read. It stands in place of the facts. */
  readonly problem?: Said;
  /** Stands below the facts. */
  readonly more?: ReactNode;
  /** Buttons before those that every row has. */
  readonly actions?: ReactNode;
  readonly parts?: readonly RowPart[];
  /** Stands below the row. */
  readonly below?: ReactNode;
  readonly onRename: (to: string) => Promise<unknown>;
  readonly onDelete: () => Promise<TrashEntry>;
}) {
  const [open, setOpen] = useState<string>();
  const close = () => setOpen(undefined);
  const all: readonly RowPart[] = [
    ...parts,
    {
      id: 'rename',
      icon: Pencil,
      title: t('categories.rename'),
      label: t('categories.renameNamed', { name }),
      content: () => (
        <NameForm
          label={t('categories.newName')}
          selected
          start={name}
          action={t('categories.rename')}
          onSave={onRename}
          onCancel={close}
        />
      ),
    },
  ];
  return (
    <li className={css.row}>
      <span className={css.text}>
        <span className={css.name}>{name}</span>
        <span className={css.facts}>{problem ? told(problem) : facts}</span>
        {more}
      </span>
      <span className={css.actions}>
        {actions}
        {all.map(({ id, icon: Icon, title, label }) => (
          <ActionIcon
            key={id}
            variant="subtle"
            color="gray"
            aria-label={label}
            title={title}
            aria-expanded={open === id}
            onClick={() => setOpen(open === id ? undefined : id)}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        ))}
        <TrashButton kind={kind} id={name} name={name} onDelete={onDelete} />
      </span>
      {below}
      {all.find(({ id }) => id === open)?.content(close)}
    </li>
  );
}

/** What stands in a window with a list of things that have names. */
interface Content<T> {
  readonly list: LoadedList<T>;
  /** What the things are for, with marks of `Sentence`. */
  readonly help: string;
  /** What stands in place of an empty list. */
  readonly none: string;
  readonly loading: string;
  /** Makes a new one; stands above the list. */
  readonly maker?: ReactNode;
  readonly row: (item: T) => ReactNode;
}

function Content<T extends { readonly name: string }>({
  list: { useList, load },
  help,
  none,
  loading,
  maker,
  row,
}: Content<T>) {
  // The list follows every change; after a deletion it also loads if the live connection is away.
  const changes = useTrash((state) => state.changes);
  const { items, loaded, problem } = useList();
  useEffect(() => void load(), [changes, load]);
  return (
    <div className={css.window}>
      <p className={css.help}>
        <Sentence text={help} />
      </p>
      {maker}
      {problem && (
        <p className={css.problem} role="alert">
          {told(problem)}{' '}
          <Button size="compact-sm" variant="light" onClick={() => void load()}>
            {t('app.retry')}
          </Button>
        </p>
      )}
      {!loaded && !problem && <Loader size="sm" aria-label={loading} />}
      {loaded && items.length === 0 && (
        <p className={css.help}>
          <Sentence text={none} />
        </p>
      )}
      <ul className={css.list}>{items.map((item) => row(item))}</ul>
      <div>
        <TrashLink />
      </div>
    </div>
  );
}

/** A window with a list of things that have names, newly loaded when it opens. */
export function NamedWindow<T extends { readonly name: string }>({
  title,
  onClose,
  ...content
}: Content<T> & { readonly title: string; readonly onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      transitionProps={{ duration: 0 }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Content {...content} />
    </Modal>
  );
}
