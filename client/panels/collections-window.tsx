import { ActionIcon, Button, Loader, Modal } from '@mantine/core';
import { FolderSync, History, Pencil } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { Collection, CollectionDetails } from '../../server/contract/collections.ts';
import { NameForm } from '../labels/name-form.tsx';
import css from '../labels/sets.module.css';
import {
  deleteCollection,
  followFolder,
  getCollection,
  renameCollection,
  restoreCollectionVersion,
} from '../ui/api/collections.ts';
import { loadCollections, useCollections } from '../ui/collections/collections.ts';
import { dateText, formatBytes } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { Sentence } from '../ui/strings/sentence.tsx';
import { messageOf, told } from '../ui/strings/told.ts';
import { useTrash } from '../ui/trash/trash.ts';
import { TrashButton } from '../ui/trash/trash-button.tsx';
import { TrashLink } from '../ui/trash/trash-link.tsx';

/** The history of a collection, newest first. */
function Versions({ name, version }: { readonly name: string; readonly version: number }) {
  const [details, setDetails] = useState<CollectionDetails>();
  const [problem, setProblem] = useState<Said>();
  useEffect(() => {
    const stop = new AbortController();
    getCollection(name, stop.signal).then(setDetails, (error: unknown) => {
      if (!stop.signal.aborted) setProblem(messageOf(error));
    });
    return () => stop.abort();
  }, [name, version]);
  if (problem)
    return (
      <p className={css.problem} role="alert">
        {told(problem)}
      </p>
    );
  if (!details) return <Loader size="sm" aria-label={t('collections.loading')} />;
  return (
    <ol className={css.sets} aria-label={t('collections.versions')} style={{ flex: '1 1 100%' }}>
      {details.versions.map((one) => (
        <li key={one.version}>
          <div>
            {t('collections.version', {
              version: one.version,
              when: dateText(one.at),
              pictures: one.pictures,
            })}
          </div>
          <div className={css.facts}>
            {one.restored === undefined
              ? t('collections.change', {
                  added: one.added,
                  changed: one.changed,
                  updated: one.updated,
                  removed: one.removed,
                  size: formatBytes(one.bytes),
                })
              : t('collections.restored', { version: one.restored, size: formatBytes(one.bytes) })}
          </div>
          {one.kept && one.version !== version && (
            <Button
              size="compact-xs"
              variant="light"
              aria-label={t('collections.restoreVersion', { version: one.version })}
              title={t('collections.restoreVersion', { version: one.version })}
              onClick={() =>
                restoreCollectionVersion(name, one.version).then(loadCollections, (error: unknown) =>
                  setProblem(messageOf(error)),
                )
              }
            >
              {t('collections.restore')}
            </Button>
          )}
        </li>
      ))}
    </ol>
  );
}

/** How a collection follows its folders. */
function FollowText({ follow }: { readonly follow: NonNullable<Collection['follow']> }) {
  const { folders, state, problem, at } = follow;
  if (problem)
    return (
      <span className={css.problem} role="alert">
        {told(problem)}
      </span>
    );
  return (
    <span className={css.facts}>
      {state === 'running'
        ? t('collections.followRunning', { folders })
        : t('collections.followCurrent', { folders, when: dateText(at) })}
    </span>
  );
}

/** Begins and ends following. */
function FollowButton({
  name,
  follow,
  onProblem,
}: Pick<Collection, 'name' | 'follow'> & { readonly onProblem: (problem: Said | undefined) => void }) {
  const isOn = follow !== undefined;
  const change = () => {
    onProblem(undefined);
    followFolder(name, !isOn).then(loadCollections, (error: unknown) => onProblem(messageOf(error)));
  };
  return (
    <ActionIcon
      variant={isOn ? 'light' : 'subtle'}
      color={isOn ? undefined : 'gray'}
      aria-label={t(isOn ? 'collections.unfollowNamed' : 'collections.followNamed', { name })}
      aria-pressed={isOn}
      title={`${t('collections.follow')}: ${t('collections.followHelp')}`}
      onClick={change}
    >
      <FolderSync size={16} aria-hidden />
    </ActionIcon>
  );
}

function Row({ collection }: { readonly collection: Collection }) {
  const [open, setOpen] = useState<'rename' | 'versions'>();
  const [unable, setUnable] = useState<Said>();
  const { name, problem, pictures, bytes, updatedAt, encoders, version, follow } = collection;
  const toggle = (part: 'rename' | 'versions') => setOpen(open === part ? undefined : part);
  return (
    <li className={css.setRow}>
      <span className={css.setText}>
        <span className={css.setName}>{name}</span>
        <span className={css.facts}>
          {problem
            ? told(problem)
            : t('collections.facts', { pictures, size: formatBytes(bytes), when: dateText(updatedAt) })}
        </span>
        {encoders.map(({ key, title, count, dims }) => (
          <span key={key} className={css.facts}>
            {t('collections.encoder', { title, count, dims })}
          </span>
        ))}
        {follow && <FollowText follow={follow} />}
        {unable && (
          <span className={css.problem} role="alert">
            {told(unable)}
          </span>
        )}
      </span>
      {!problem && <FollowButton name={name} follow={follow} onProblem={setUnable} />}
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('collections.showVersions', { name })}
        title={t('collections.versions')}
        aria-expanded={open === 'versions'}
        onClick={() => toggle('versions')}
      >
        <History size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('collections.renameNamed', { name })}
        title={t('collections.rename')}
        aria-expanded={open === 'rename'}
        onClick={() => toggle('rename')}
      >
        <Pencil size={16} aria-hidden />
      </ActionIcon>
      <TrashButton kind="collection" id={name} name={name} onDelete={() => deleteCollection(name)} />
      {open === 'rename' && (
        <NameForm
          label={t('categories.newName')}
          start={name}
          action={t('categories.rename')}
          onSave={(to) => renameCollection(name, to).then(loadCollections)}
          onCancel={() => setOpen(undefined)}
        />
      )}
      {open === 'versions' && <Versions name={name} version={version} />}
    </li>
  );
}

function List() {
  const changes = useTrash((state) => state.changes);
  const { items, loaded, problem } = useCollections();
  useEffect(() => void loadCollections(), [changes]);
  return (
    <div className={css.newSet}>
      <p className={css.help}>
        <Sentence text={t('collections.help')} />
      </p>
      {problem && (
        <p className={css.problem} role="alert">
          {told(problem)}{' '}
          <Button size="compact-sm" variant="light" onClick={() => void loadCollections()}>
            {t('app.retry')}
          </Button>
        </p>
      )}
      {!loaded && !problem && <Loader size="sm" aria-label={t('collections.loading')} />}
      {loaded && items.length === 0 && (
        <p className={css.help}>
          <Sentence text={t('collections.none')} />
        </p>
      )}
      <ul className={css.sets}>
        {items.map((collection) => (
          <Row key={collection.name} collection={collection} />
        ))}
      </ul>
      <div>
        <TrashLink />
      </div>
    </div>
  );
}

/** All collections with their encoders, size, age and versions: rename and delete them. */
export function CollectionsWindow() {
  return (
    <Modal
      opened
      onClose={() => useCollections.setState({ open: false })}
      title={t('collections.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      transitionProps={{ duration: 0 }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <List />
    </Modal>
  );
}
