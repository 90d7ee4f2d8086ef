import { Button } from '@mantine/core';
import { FolderInput } from 'lucide-react';
import type { LabelSet } from '../../server/contract/labels.ts';
import { createLabelSet, deleteLabelSet, renameLabelSet } from '../ui/api/labels.ts';
import { formatCount } from '../ui/format.ts';
import { labelSetList, showLabelSet } from '../ui/labels/label-sets.ts';
import { NameForm } from '../ui/named/name-form.tsx';
import named from '../ui/named/named.module.css';
import { NamedRow, NamedWindow } from '../ui/named/named-window.tsx';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { ExportSet } from './export-set.tsx';
import { ImportForm } from './import-form.tsx';
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
      <p className={named.problem} role="alert">
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
      <span className={named.facts}>
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
  const { name, categories, labelled, problem } = set;
  return (
    <NamedRow
      kind="labels"
      name={name}
      facts={t('widgets.labelSetFacts', { count: categories.length, pictures: labelled })}
      problem={problem}
      more={
        <span className={css.swatchRow} aria-hidden>
          {categories.slice(0, DOTS).map(({ id, color }) => (
            <span key={id} className={css.dot} style={{ background: color }} />
          ))}
        </span>
      }
      actions={
        <>
          <Button
            size="compact-sm"
            variant="light"
            aria-label={t('categories.openNamed', { name })}
            disabled={problem !== undefined}
            onClick={() => void openSet(name)}
          >
            {t('categories.openSet')}
          </Button>
          <ExportSet set={name} />
        </>
      }
      parts={[
        {
          id: 'import',
          icon: FolderInput,
          title: t('categories.import'),
          label: t('categories.importInto', { name }),
          content: (done) => <ImportForm set={name} onDone={done} />,
        },
      ]}
      below={<OpeningState name={name} />}
      onRename={(to) => renameLabelSet(name, to).then(labelSetList.load)}
      onDelete={() => deleteLabelSet(name)}
    />
  );
}

const close = () => {
  stopOpening();
  useCategorySets.setState({ open: false });
};

/** All category sets: open, make, import, export, rename and delete them. */
export function SetsWindow() {
  return (
    <NamedWindow
      list={labelSetList}
      title={t('categories.sets')}
      help={t('categories.setsHelp')}
      none={t('categories.noSets')}
      loading={t('categories.sets')}
      maker={
        <NameForm
          label={t('categories.newSet')}
          start=""
          action={t('categories.create')}
          onSave={async (name) => showLabelSet(await createLabelSet(name))}
        />
      }
      row={(set) => <Row key={set.name} set={set} />}
      onClose={close}
    />
  );
}
