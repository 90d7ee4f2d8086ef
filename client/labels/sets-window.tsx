import { ActionIcon, Button, Loader, Modal } from '@mantine/core';
import { FolderInput, Pencil } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LabelSet } from '../../server/contract/labels.ts';
import { createLabelSet, deleteLabelSet, renameLabelSet } from '../ui/api/labels.ts';
import { formatCount } from '../ui/format.ts';
import { loadLabelSets, showLabelSet, useLabelSets } from '../ui/labels/label-sets.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { useTrash } from '../ui/trash/trash.ts';
import { TrashButton } from '../ui/trash/trash-button.tsx';
import { TrashLink } from '../ui/trash/trash-link.tsx';
import { ExportSet } from './export-set.tsx';
import { ImportForm } from './import-form.tsx';
import { NameForm } from './name-form.tsx';
import { openSet, stopOpening, useOpenSet } from './open-set.ts';
import css from './sets.module.css';
import { useCategorySets } from './sets.ts';

/** The most colours to show beside the name of a set. */
const DOTS = 12;

/** How far the pictures of a set are found that is being opened, or why it cannot be. */
function OpeningState({ name }: { readonly name: string }) {
  const opening = useOpenSet((state) => (state.opening?.name === name ? state.opening : null));
  if (!opening) return null;
  const { done, total, problem } = opening;
  if (problem)
    return (
      <p className={css.problem} role="alert">
        {told(problem)}
      </p>
    );
  return (
    <div className={css.opening} role="status">
      <progress
        className={css.bar}
        max={Math.max(1, total)}
        value={done}
        aria-label={t('categories.finding')}
      />
      <span className={css.facts}>
        {total === 0
          ? t('categories.loading', { name })
          : t('categories.found', { count: formatCount(done), total: formatCount(total) })}
      </span>
      <Button size="compact-xs" variant="default" onClick={stopOpening}>
        {t('categories.stop')}
      </Button>
    </div>
  );
}

function Row({ set }: { readonly set: LabelSet }) {
  const [open, setOpen] = useState<'rename' | 'import'>();
  const { name, categories, problem } = set;
  const toggle = (part: 'rename' | 'import') => setOpen(open === part ? undefined : part);
  return (
    <li className={css.setRow}>
      <span className={css.setText}>
        <span className={css.setName}>{name}</span>
        <span className={css.facts}>
          {problem
            ? told(problem)
            : t('widgets.labelSetFacts', { count: set.categories.length, pictures: set.labelled })}
        </span>
        <span className={css.swatchRow} aria-hidden>
          {categories.slice(0, DOTS).map(({ id, color }) => (
            <span key={id} className={css.dot} style={{ background: color }} />
          ))}
        </span>
      </span>
      <Button
        size="compact-sm"
        variant="light"
        aria-label={t('categories.openNamed', { name })}
        disabled={problem !== undefined}
        onClick={() => void openSet(name)}
      >
        {t('categories.openSet')}
      </Button>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('categories.importInto', { name })}
        title={t('categories.import')}
        aria-expanded={open === 'import'}
        onClick={() => toggle('import')}
      >
        <FolderInput size={16} aria-hidden />
      </ActionIcon>
      <ExportSet set={name} />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('categories.renameNamed', { name })}
        title={t('categories.rename')}
        aria-expanded={open === 'rename'}
        onClick={() => toggle('rename')}
      >
        <Pencil size={16} aria-hidden />
      </ActionIcon>
      <TrashButton kind="labels" id={name} name={name} onDelete={() => deleteLabelSet(name)} />
      <OpeningState name={name} />
      {open === 'rename' && (
        <NameForm
          label={t('categories.newName')}
          start={name}
          action={t('categories.rename')}
          onSave={(to) => renameLabelSet(name, to).then(loadLabelSets)}
          onCancel={() => setOpen(undefined)}
        />
      )}
      {open === 'import' && <ImportForm set={name} onDone={() => setOpen(undefined)} />}
    </li>
  );
}

function Sets() {
  const changes = useTrash((state) => state.changes);
  const { items, loaded, problem } = useLabelSets();
  // The list follows every change of a set; after a deletion it also loads if the live connection is away.
  useEffect(() => void loadLabelSets(), [changes]);
  return (
    <div className={css.newSet}>
      <p className={css.help}>{t('categories.setsHelp')}</p>
      <NameForm
        label={t('categories.newSet')}
        start=""
        action={t('categories.create')}
        onSave={async (name) => {
          showLabelSet(await createLabelSet(name));
        }}
      />
      {problem && (
        <p className={css.problem} role="alert">
          {told(problem)}{' '}
          <Button size="compact-sm" variant="light" onClick={() => void loadLabelSets()}>
            {t('app.retry')}
          </Button>
        </p>
      )}
      {!loaded && !problem && <Loader size="sm" aria-label={t('categories.sets')} />}
      {loaded && items.length === 0 && <p className={css.help}>{t('categories.noSets')}</p>}
      <ul className={css.sets}>
        {items.map((set) => (
          <Row key={set.name} set={set} />
        ))}
      </ul>
      <div>
        <TrashLink />
      </div>
    </div>
  );
}

const close = () => {
  stopOpening();
  useCategorySets.setState({ open: false });
};

/** All category sets: open, make, import, export, rename and delete them. */
export function SetsWindow() {
  return (
    <Modal
      opened
      onClose={close}
      title={t('categories.sets')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      transitionProps={{ duration: 0 }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Sets />
    </Modal>
  );
}
