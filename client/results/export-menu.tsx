import { Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReadView } from '../../server/contract/view.ts';
import { workflowFile } from '../document/session.ts';
import { useDocument } from '../document/store.ts';
import { saveFile } from '../ui/browser-files.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { csvFile } from './csv.ts';
import { exportName } from './export-name.ts';
import { partOf, rowsOf } from './export-text.ts';
import { kindOf } from './kinds.ts';
import { downloadPictures, haveCategories } from './pictures/archive.ts';
import css from './results.module.css';
import { wholeJson } from './use-whole-view.ts';

/** Exports a result: as a picture that contains its workflow, as a table, or as data. */
export function ExportMenu({
  view,
  json,
  title,
  nodeId,
}: {
  readonly view: ReadView;
  readonly json: unknown;
  readonly title: string;
  readonly nodeId: string;
}) {
  const [problem, setProblem] = useState<string | null>(null);
  const nameOf = (extension: string) =>
    exportName([useDocument.getState().name, title, kindOf(view)?.about?.(view)], extension);
  const table = () => rowsOf(view);
  const part = partOf(view);
  const drawing = kindOf(view)?.drawing;
  const tried = async (work: () => Promise<void> | void) => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(t('results.exportFailed', { reason: told(messageOf(error)) }));
    }
  };
  const png = () =>
    tried(async () => {
      if (!drawing) return;
      const [{ drawPng }, draw] = await Promise.all([import('./export-png.ts'), drawing()]);
      saveFile(
        await drawPng(draw(view, nodeId), view.title ?? title, (await workflowFile()).text),
        nameOf('png'),
      );
    });
  const csv = () =>
    tried(() => {
      const found = table();
      if (found) saveFile(csvFile(found.header, found.rows), nameOf('csv'));
    });
  const pictures = view.view === 'gallery' ? view.items : [];
  const zip = (inFolders: boolean) => () => tried(() => downloadPictures(pictures, nameOf('zip'), inFolders));
  const data = () =>
    tried(async () => {
      const whole = await wholeJson(json, new AbortController().signal);
      saveFile(
        new Blob([`${JSON.stringify(whole, null, 2)}\n`], { type: 'application/json' }),
        nameOf('json'),
      );
    });
  return (
    <>
      <Menu
        withInitialFocusPlaceholder={false}
        keepMounted={false}
        position="bottom-end"
        withinPortal
        zIndex={450}
      >
        <Menu.Target>
          <button
            type="button"
            className={`${css.headButton} nodrag`}
            aria-label={t('results.export')}
            title={t('results.export')}
          >
            <Download size={14} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown onPointerDown={(event) => event.stopPropagation()}>
          {drawing && (
            <Menu.Item data-autofocus onClick={png}>
              {t('results.exportPng')}
            </Menu.Item>
          )}
          {pictures.length > 0 && (
            <Menu.Item data-autofocus onClick={zip(false)}>
              {t('pictures.exportZip')}
            </Menu.Item>
          )}
          {haveCategories(pictures) && (
            <Menu.Item data-autofocus onClick={zip(true)}>
              {t('pictures.exportFolders')}
            </Menu.Item>
          )}
          {kindOf(view)?.rows && (
            <Menu.Item data-autofocus onClick={csv}>
              {part
                ? t('results.exportCsvPart', { shown: part.shown, total: part.total })
                : t('results.exportCsv')}
            </Menu.Item>
          )}
          <Menu.Item data-autofocus onClick={data}>
            {t('results.exportJson')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {problem !== null && (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
