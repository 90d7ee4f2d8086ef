import { Button, Loader, Modal } from '@mantine/core';
import { Cpu, Folder, History, Image, Library, Tags, Workflow } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { Said } from '../../../nodes/sdk/messages.ts';
import {
  TRASH_DAYS,
  type TrashEntry,
  type TrashKind,
  type TrashList,
} from '../../../server/contract/trash.ts';
import { emptyTrash, listTrash, purgeTrash } from '../api/trash.ts';
import { useBack } from '../back.ts';
import { DeleteButton } from '../delete-button.tsx';
import { dateText, formatBytes } from '../format.ts';
import { t } from '../strings/index.ts';
import { messageOf, told } from '../strings/told.ts';
import { attempt } from '../tell.ts';
import css from './trash.module.css';
import { restore, trashChanged, useTrash } from './trash.ts';
import { extentText, leftText, nameOf, totalText } from './words.ts';

const ICONS: Readonly<Record<TrashKind, typeof History>> = {
  run: History,
  workflow: Workflow,
  uploads: Folder,
  asset: Image,
  model: Cpu,
  labels: Tags,
  collection: Library,
};

const done = (work: Promise<unknown>) => void attempt(work).then(trashChanged);

function Entry({ entry }: { readonly entry: TrashEntry }) {
  const Icon = ICONS[entry.kind];
  const name = nameOf(entry);
  return (
    <li className={css.entry}>
      <Icon size={16} className={css.icon} aria-hidden />
      <span className={css.what}>
        <span className={css.name}>{name}</span>
        <span className={css.facts}>
          {t(`trash.${entry.kind}`)} · {extentText(entry)}
        </span>
        <span className={css.facts}>
          {t('trash.deleted', { when: dateText(entry.deletedAt) })} · {leftText(entry)}
        </span>
      </span>
      <Button
        className={css.restore}
        size="compact-sm"
        variant="light"
        aria-label={t('trash.restoreNamed', { name })}
        onClick={() => void restore(entry)}
      >
        {t('trash.restore')}
      </Button>
      <DeleteButton
        label={t('trash.purge', { name })}
        question={t('trash.purgeSure', { name, extent: extentText(entry) })}
        confirm={t('trash.purgeYes')}
        onDelete={() => done(purgeTrash(entry.id))}
      />
    </li>
  );
}

function Entries() {
  const changes = useTrash((state) => state.changes);
  const [list, setList] = useState<TrashList>();
  const [problem, setProblem] = useState<Said>();
  const load = useCallback(async () => {
    try {
      setList(await listTrash());
      setProblem(undefined);
    } catch (error) {
      setProblem(messageOf(error));
    }
  }, []);
  // Load the list again when something was deleted or restored.
  useEffect(() => void load(), [load, changes]);
  if (problem)
    return (
      <p role="alert" className={css.help}>
        {told(problem)}{' '}
        <Button size="compact-sm" variant="light" onClick={() => void load()}>
          {t('app.retry')}
        </Button>
      </p>
    );
  if (!list) return <Loader size="sm" aria-label={t('trash.title')} />;
  if (list.items.length === 0) return <p className={css.help}>{t('trash.empty', { days: TRASH_DAYS })}</p>;
  const count = list.items.length;
  return (
    <>
      <p className={css.help}>{t('trash.help', { days: TRASH_DAYS })}</p>
      <ul className={css.list}>
        {list.items.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
      <div className={css.foot}>
        <span className={css.facts}>{totalText(count, list.bytes)}</span>
        <DeleteButton
          label={t('trash.emptyAll')}
          text={t('trash.emptyAll')}
          question={t('trash.emptySure', { count, files: list.files, size: formatBytes(list.bytes) })}
          confirm={t('trash.emptyYes', { count })}
          onDelete={() => done(emptyTrash())}
        />
      </div>
    </>
  );
}

/** The list of what was deleted, with buttons to restore it or to delete it for good. */
export function TrashWindow() {
  const open = useTrash((state) => state.open);
  const close = () => useTrash.setState({ open: false });
  useBack(open, close);
  return (
    <Modal
      opened={open}
      onClose={close}
      title={t('trash.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      transitionProps={{ duration: 0 }}
    >
      <Entries />
    </Modal>
  );
}
