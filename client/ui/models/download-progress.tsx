import type { Download } from '../../../server/contract/models.ts';
import { durationText, formatBytes, labelled } from '../format.ts';
import { t } from '../strings/index.ts';
import css from './models.module.css';

/** Progress of a download: a bar, the bytes, the speed and the time left. */
export function DownloadProgress({ download }: { readonly download: Download }) {
  const { state, title, doneBytes, totalBytes, bytesPerSecond, secondsLeft } = download;
  const share = totalBytes === 0 ? 0 : Math.min(1, doneBytes / totalBytes);
  const facts =
    state === 'downloading' || (state === 'stopped' && totalBytes > 0)
      ? [
          t('models.progress', { done: formatBytes(doneBytes), total: formatBytes(totalBytes) }),
          bytesPerSecond > 0 && t('models.speed', { speed: formatBytes(bytesPerSecond) }),
          secondsLeft !== null && t('models.left', { time: durationText(secondsLeft * 1000) }),
        ]
      : [];
  return (
    <span className={css.progress}>
      <span
        className={css.track}
        role="progressbar"
        aria-label={labelled(t(`models.state.${state}`), title)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * share)}
      >
        <span className={css.bar} style={{ width: `${100 * share}%` }} />
      </span>
      <span className={css.quiet}>
        {[state !== 'downloading' && t(`models.state.${state}`), ...facts].filter(Boolean).join(' · ')}
      </span>
    </span>
  );
}
