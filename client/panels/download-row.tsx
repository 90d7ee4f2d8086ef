import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Download } from '../../server/contract/models.ts';
import { DeleteButton } from '../ui/delete-button.tsx';
import { formatBytes } from '../ui/format.ts';
import { DownloadProgress } from '../ui/models/download-progress.tsx';
import { endDownload, fetchModel, isActive } from '../ui/models/downloads.ts';
import css from '../ui/models/models.module.css';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import panels from './panels.module.css';

/** A download: its progress, and buttons to stop, resume or remove it. */
export function DownloadRow({ download }: { readonly download: Download }) {
  const { key, title, repo, precision, state, problem, doneBytes } = download;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // Scrolls into view, because the button that started the download may be far below in the panel.
    row.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <li ref={row} className={`${panels.item} ${css.item}`}>
      <span>{title}</span>
      {title !== repo && <code className={css.code}>{repo}</code>}
      {problem ? (
        <span className={css.problem} role="alert">
          {told(problem)}
        </span>
      ) : (
        <DownloadProgress download={download} />
      )}
      <span className={css.buttons}>
        {isActive(download) ? (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('models.cancelNamed', { title })}
            onClick={() => void endDownload(key)}
          >
            {t('models.cancel')}
          </Button>
        ) : (
          <>
            <Button
              size="compact-xs"
              variant="light"
              onClick={() => void fetchModel({ repo, precision: precision ?? undefined })}
            >
              {t(state === 'failed' ? 'models.retry' : 'models.resume')}
            </Button>
            {doneBytes > 0 ? (
              <DeleteButton
                label={t('models.dismiss')}
                text={t('models.dismiss')}
                question={t('trash.partSure', { name: title, size: formatBytes(doneBytes) })}
                confirm={t('trash.partYes', { size: formatBytes(doneBytes) })}
                onDelete={() => void endDownload(key)}
              />
            ) : (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void endDownload(key)}>
                {t('models.dismiss')}
              </Button>
            )}
          </>
        )}
      </span>
    </li>
  );
}
