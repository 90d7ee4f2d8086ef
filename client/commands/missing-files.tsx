import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { nodeName } from '../document/node-name.ts';
import { leaveMissing, type MissingPath, replaceMissing, useMissing } from '../document/paths.ts';
import { useDocument } from '../document/store.ts';
import { useTabs } from '../document/tabs.ts';
import { descriptorOf } from '../ui/api/catalogue.ts';
import { useBack } from '../ui/back.ts';
import { t } from '../ui/strings/index.ts';
import { attempt } from '../ui/tell.ts';
import { type BrowseKind, FileBrowser } from '../widgets/file-browser.tsx';

const NONE: readonly MissingPath[] = [];
const useMissingHere = (): readonly MissingPath[] => {
  const tab = useTabs((state) => state.active) ?? '';
  return useMissing((state) => state.byTab[tab] ?? NONE);
};

/** What is chosen instead of a missing path, by the widget of its param. */
function kindOf({ node, param }: MissingPath): BrowseKind {
  const { type = '' } = useDocument.getState().nodes[node] ?? {};
  const spec = descriptorOf(type)?.params.find(({ name }) => name === param);
  if (spec?.path === 'folder') return 'folder';
  return spec?.widget === 'image' ? 'picture' : spec?.widget === 'adapter' ? 'adapter' : 'file';
}

/** A line that says that a workflow reads files that are not here, with a button to find them. */
function MissingBanner() {
  const tab = useTabs((state) => state.active);
  const view = useTabs((state) => state.view);
  const missing = useMissingHere();
  const asking = useMissing((state) => state.asking);
  if (tab === null || view === 'home' || missing.length === 0 || asking === tab) return null;
  return (
    <div className="pb-conflict" role="status">
      <span>{t('missing.banner', { count: missing.length })}</span>
      <Button size="compact-sm" onClick={() => useMissing.setState({ asking: tab })}>
        {t('missing.find')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => leaveMissing(tab)}>
        {t('missing.skip')}
      </Button>
    </div>
  );
}

/** Asks for the folders and files of a workflow that are not on this computer. Nothing is changed unless one is chosen. */
function MissingWindow() {
  const asking = useMissing((state) => state.asking);
  const active = useTabs((state) => state.active);
  const missing = useMissingHere();
  const [choosing, setChoosing] = useState<MissingPath>();
  const leave = () => useMissing.setState({ asking: null });
  useBack(asking !== null && asking === active, leave);
  if (asking === null || asking !== active) return null;
  return (
    <>
      <Modal
        opened={choosing === undefined}
        onClose={leave}
        size="lg"
        title={t('missing.title')}
        closeButtonProps={{ 'aria-label': t('canvas.close') }}
        transitionProps={{ duration: 0 }}
        onKeyDown={(event) => event.stopPropagation()}
      >
        <Text size="sm">{t('missing.help')}</Text>
        <ul className="pb-lost">
          {missing.map((entry) => (
            <li key={entry.path}>
              <span>
                <strong>{nodeName(entry.node)}</strong>
                <code title={entry.path}>{entry.path}</code>
                {entry.kind === 'forbidden' && <small>{t('missing.forbidden')}</small>}
              </span>
              <Button size="compact-sm" variant="default" onClick={() => setChoosing(entry)}>
                {t(kindOf(entry) === 'folder' ? 'missing.chooseFolder' : 'missing.chooseFile')}
              </Button>
            </li>
          ))}
        </ul>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={leave}>
            {t('missing.later')}
          </Button>
        </Group>
      </Modal>
      {choosing && (
        <FileBrowser
          title={nodeName(choosing.node)}
          kind={kindOf(choosing)}
          start=""
          onClose={() => setChoosing(undefined)}
          onChoose={(path) => void attempt(replaceMissing(asking, choosing.path, path))}
        />
      )}
    </>
  );
}

/** The files of a workflow that are not here: one line, and a window when they are looked for. */
export function MissingFiles() {
  return (
    <>
      <MissingBanner />
      <MissingWindow />
    </>
  );
}
