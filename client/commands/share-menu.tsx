import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Code, FileJson, Images, Package, Share2, SquareTerminal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { openWorkflowNow, readPaths, setsOf } from '../document/paths.ts';
import { useTabs } from '../document/tabs.ts';
import { useRuns } from '../runs/store.ts';
import { inspectPaths } from '../ui/api/files.ts';
import { runZipUrl } from '../ui/api/runs.ts';
import { downloadFrom } from '../ui/browser-files.ts';
import { formatBytes, formatCount, listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { COPY_FORMS } from './copy-as.ts';
import { copyAs, downloadWorkflow, shareWithFiles } from './sharing.ts';

/** "812 files, 2.3 GB": what the workflow reads and would be shared with it. Samples come with every Patchbay. */
function useExtent(): string | undefined {
  const [extent, setExtent] = useState<string>();
  useEffect(() => {
    const left = new AbortController();
    const workflow = openWorkflowNow();
    const paths = readPaths(workflow).filter((path) => !path.startsWith('sample:'));
    const sets = setsOf(workflow).length;
    inspectPaths(paths, true, left.signal).then(
      (facts) => {
        const sum = (of: 'files' | 'bytes') => facts.reduce((total, fact) => total + (fact[of] ?? 0), 0);
        const total = sum('files');
        setExtent(
          listText([
            ...(total > 0
              ? [t('share.extent', { total, count: formatCount(total), size: formatBytes(sum('bytes')) })]
              : sets === 0
                ? [t('share.noFiles')]
                : []),
            ...(sets > 0 ? [t('share.sets', { count: sets })] : []),
          ]),
        );
      },
      () => {},
    );
    return () => left.abort();
  }, []);
  return extent;
}

/** What leaves the studio: a command or a program that runs the workflow, the workflow as a file, what a run wrote. */
export function ShareItems() {
  const extent = useExtent();
  const wrote = useRuns(({ byTab }) => {
    const run = byTab[useTabs.getState().active ?? ''];
    return run && run.files.length > 0 ? run.id : undefined;
  });
  return (
    <>
      <Menu.Label>{t('share.copyAs')}</Menu.Label>
      {COPY_FORMS.map((form) => (
        <Menu.Item
          key={form}
          leftSection={
            form === 'python' || form === 'typescript' ? (
              <Code size={14} aria-hidden />
            ) : (
              <SquareTerminal size={14} aria-hidden />
            )
          }
          onClick={() => void copyAs(form)}
        >
          {t(`share.form.${form}`)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Label>{t('share.asFile')}</Menu.Label>
      <Menu.Item
        leftSection={<Images size={14} aria-hidden />}
        rightSection={<small className="pb-quiet">{extent ?? t('share.counting')}</small>}
        onClick={() => void shareWithFiles()}
      >
        {t('share.withFiles')}
      </Menu.Item>
      <Menu.Item leftSection={<FileJson size={14} aria-hidden />} onClick={() => void downloadWorkflow()}>
        {t('share.withoutFiles')}
      </Menu.Item>
      {wrote !== undefined && (
        <Menu.Item
          leftSection={<Package size={14} aria-hidden />}
          onClick={() => downloadFrom(runZipUrl(wrote), '')}
        >
          {t('share.written')}
        </Menu.Item>
      )}
    </>
  );
}

/** The button that opens {@link ShareItems}. */
export function ShareMenu() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-end" width={300} withinPortal>
      <Menu.Target>
        <Tooltip label={t('share.title')} disabled={isOpen}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('share.title')}>
            <Share2 size={16} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <ShareItems />
      </Menu.Dropdown>
    </Menu>
  );
}
