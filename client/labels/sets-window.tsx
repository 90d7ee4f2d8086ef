import { ActionIcon, Button, Loader, Modal } from '@mantine/core';
import { FolderInput, Pencil } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LabelSet } from '../../server/contract/labels.ts';
import { createLabelSet, deleteLabelSet, renameLabelSet } from '../ui/api/labels.ts';
import { loadLabelSets, showLabelSet, useLabelSets } from '../ui/labels/label-sets.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { useTrash } from '../ui/trash/trash.ts';
import { TrashButton } from '../ui/trash/trash-button.tsx';
import { TrashLink } from '../ui/trash/trash-link.tsx';
import { ExportSet } from './export-set.tsx';
import { ImportForm } from './import-form.tsx';
import { NameForm } from './name-form.tsx';
import css from './room.module.css';
import { useCategorySets } from './sets.ts';

/** The most colours to show beside the name of a set. */
const DOTS = 12;

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

/** All category sets: make, import, export, rename and delete them. */
export function SetsWindow() {
  return (
    <Modal
      opened
      onClose={() => useCategorySets.setState({ open: false })}
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
