import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { formatBytes } from '../format.ts';
import { t } from '../strings/index.ts';
import { told } from '../strings/told.ts';
import { DownloadProgress } from './download-progress.tsx';
import { endDownload, fetchModel, isActive, useDownloads } from './downloads.ts';
import css from './models.module.css';

/** A button that downloads a model, and its progress. Used wherever a model is missing. */
export function GetModel({ id, size }: { readonly id: string; readonly size?: number }) {
  const download = useDownloads(({ items }) => items.find((one) => one.id === id || one.repo === id));
  // On a node, pressing the button must not drag or select the node.
  const apart = {
    onPointerDown: (event: React.SyntheticEvent) => event.stopPropagation(),
    onClick: (event: React.SyntheticEvent) => event.stopPropagation(),
  };
  if (download && isActive(download))
    return (
      <span className={css.get} {...apart}>
        <DownloadProgress download={download} />
        <Button size="compact-xs" variant="default" onClick={() => void endDownload(download.key)}>
          {t('models.cancel')}
        </Button>
      </span>
    );
  const label =
    download?.state === 'failed'
      ? t('models.retry')
      : size === undefined
        ? t('models.get')
        : t('models.getSized', { size: formatBytes(size) });
  return (
    <span className={css.get} {...apart}>
      {download?.problem && <span className={css.problem}>{told(download.problem)}</span>}
      <Button
        size="compact-xs"
        variant="light"
        leftSection={<Download size={12} aria-hidden />}
        aria-label={t('models.getNamed', { title: id })}
        title={size === undefined ? t('models.getUnsized') : undefined}
        onClick={() => void fetchModel({ repo: id })}
      >
        {label}
      </Button>
    </span>
  );
}
