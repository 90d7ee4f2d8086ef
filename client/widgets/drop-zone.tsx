import { type ChangeEvent, type DragEvent, type ReactNode, useRef, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import css from './drop-zone.module.css';
import { chosenFiles, type Dropped, droppedFiles, type OnProgress } from './drops.ts';
import common from './widgets.module.css';

/** What a drop zone accepts, and what happens with it. */
export interface DropZoneProps {
  /** "Drop a picture here, or"; undefined if the zone already shows something. */
  readonly hint?: string;
  /** "choose a picture" */
  readonly choose: string;
  readonly accept?: string;
  readonly many?: boolean;
  readonly folder?: boolean;
  /** With `folder`: "choose pictures", for loose ones. Phones cannot choose folders. */
  readonly chooseLoose?: string;
  /** Uploads the files. Errors are shown as a sentence. */
  readonly onFiles: (dropped: Dropped, onProgress: OnProgress) => Promise<void>;
  readonly children?: ReactNode;
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

/** An area to drop files on, with a button that does the same. Shows progress and errors. */
export function DropZone({
  hint,
  choose,
  accept,
  many,
  folder,
  chooseLoose,
  onFiles,
  children,
}: DropZoneProps) {
  const [over, setOver] = useState(false);
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const [problem, setProblem] = useState<Said | null>(null);
  const dialog = useRef<HTMLInputElement>(null);
  const loose = useRef<HTMLInputElement>(null);

  const take = async (coming: Dropped | Promise<Dropped>) => {
    setProblem(null);
    try {
      const dropped = await coming;
      setProgress({ done: 0, total: dropped.files.length });
      await onFiles(dropped, (done, total) => setProgress({ done, total }));
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setProgress(null);
    }
  };
  const onDrag = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };

  const dialogProps = {
    type: 'file',
    hidden: true,
    tabIndex: -1,
    'aria-hidden': true,
    accept,
    multiple: many,
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
      const { files } = currentTarget;
      if (files && files.length > 0) void take(chosenFiles(files));
      currentTarget.value = '';
    },
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button does the same.
    <div
      className={css.zone}
      data-over={over || undefined}
      onDragOver={onDrag}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        void take(droppedFiles(event.dataTransfer));
      }}
    >
      {children}
      <div className={css.zoneWords} aria-live="polite">
        {progress ? (
          t('widgets.uploading', progress)
        ) : (
          <>
            {hint !== undefined && <span>{hint} </span>}
            <button type="button" className={`${css.link} nodrag`} onClick={() => dialog.current?.click()}>
              {choose}
            </button>
            {chooseLoose !== undefined && (
              <>
                {' · '}
                <button type="button" className={`${css.link} nodrag`} onClick={() => loose.current?.click()}>
                  {chooseLoose}
                </button>
              </>
            )}
          </>
        )}
      </div>
      {problem !== null && (
        <p className={common.problem} role="alert">
          {told(problem)}
        </p>
      )}
      <input ref={dialog} {...dialogProps} {...(folder && { webkitdirectory: '' })} />
      {chooseLoose !== undefined && <input ref={loose} {...dialogProps} />}
    </div>
  );
}
