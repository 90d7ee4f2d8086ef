import { ActionIcon, Button, Loader } from '@mantine/core';
import { FolderSync, History } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { Collection, CollectionDetails } from '../../server/contract/collections.ts';
import {
  deleteCollection,
  followFolder,
  getCollection,
  renameCollection,
  restoreCollectionVersion,
} from '../ui/api/collections.ts';
import { collectionList, useCollectionsState } from '../ui/collections/collections.ts';
import { dateText, formatBytes } from '../ui/format.ts';
import css from '../ui/named/named.module.css';
import { NamedRow, NamedWindow } from '../ui/named/named-window.tsx';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';

/** The history of a collection, newest first. */
function Versions({
  name,
  version,
  isFollowing,
}: {
  readonly name: string;
  readonly version: number;
  readonly isFollowing: boolean;
}) {
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
  const restoring = isFollowing ? 'collections.restoreFollowed' : 'collections.restoreVersion';
  return (
    <ol className={css.list} aria-label={t('collections.versions')} style={{ flex: '1 1 100%' }}>
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
              aria-label={t(restoring, { version: one.version })}
              title={t(restoring, { version: one.version })}
              onClick={() =>
                restoreCollectionVersion(name, one.version).then(collectionList.load, (error: unknown) =>
                  setProblem(messageOf(error)),
                )
              }
            >
              {t(isFollowing ? 'collections.restoreAndPause' : 'collections.restore')}
            </Button>
          )}
        </li>
      ))}
    </ol>
  );
}

/** How a collection follows its folders. */
function FollowText({
  follow,
  onAgain,
}: {
  readonly follow: NonNullable<Collection['follow']>;
  readonly onAgain: () => void;
}) {
  const { folders, state, problem, at } = follow;
  if (state === 'paused')
    return (
      <span className={css.facts}>
        {t('collections.followPaused', { folders })}{' '}
        <Button size="compact-xs" variant="light" onClick={onAgain}>
          {t('collections.followAgain')}
        </Button>
      </span>
    );
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
  isOn,
  onChange,
}: Pick<Collection, 'name'> & { readonly isOn: boolean; readonly onChange: () => void }) {
  return (
    <ActionIcon
      variant={isOn ? 'light' : 'subtle'}
      color={isOn ? undefined : 'gray'}
      aria-label={t(isOn ? 'collections.unfollowNamed' : 'collections.followNamed', { name })}
      aria-pressed={isOn}
      title={`${t('collections.follow')}: ${t('collections.followHelp')}`}
      onClick={onChange}
    >
      <FolderSync size={16} aria-hidden />
    </ActionIcon>
  );
}

function Row({ collection }: { readonly collection: Collection }) {
  const [unable, setUnable] = useState<Said>();
  const { name, problem, pictures, bytes, updatedAt, encoders, version, follow } = collection;
  const isOn = follow !== undefined && follow.state !== 'paused';
  const change = () => {
    setUnable(undefined);
    followFolder(name, !isOn).then(collectionList.load, (error: unknown) => setUnable(messageOf(error)));
  };
  return (
    <NamedRow
      kind="collection"
      name={name}
      facts={t('collections.facts', { pictures, size: formatBytes(bytes), when: dateText(updatedAt) })}
      problem={problem}
      more={
        <>
          {encoders.map(({ key, title, count, dims }) => (
            <span key={key} className={css.facts}>
              {t('collections.encoder', { title, count, dims })}
            </span>
          ))}
          {follow && <FollowText follow={follow} onAgain={change} />}
          {unable && (
            <span className={css.problem} role="alert">
              {told(unable)}
            </span>
          )}
        </>
      }
      actions={!problem && <FollowButton name={name} isOn={isOn} onChange={change} />}
      parts={[
        {
          id: 'versions',
          icon: History,
          title: t('collections.versions'),
          label: t('collections.showVersions', { name }),
          content: () => <Versions name={name} version={version} isFollowing={isOn} />,
        },
      ]}
      onRename={(to) => renameCollection(name, to).then(collectionList.load)}
      onDelete={() => deleteCollection(name)}
    />
  );
}

/** All collections with their encoders, size, age and versions: rename and delete them. */
export function CollectionsWindow() {
  return (
    <NamedWindow
      list={collectionList}
      title={t('collections.title')}
      help={t('collections.help')}
      none={t('collections.none')}
      loading={t('collections.loading')}
      row={(collection) => <Row key={collection.name} collection={collection} />}
      onClose={() => useCollectionsState.setState({ isOpen: false })}
    />
  );
}
