import { Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReadView } from '../../server/contract/view.ts';
import { workflowFile } from '../document/session.ts';
import { saveFile } from '../ui/browser-files.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { csvOf, exportName, partOf, rowsOf } from './export-text.ts';
import { kindOf } from './kinds.ts';
import css from './results.module.css';

/** Exports a result: as a picture that contains its workflow, as a table, or as data. */
export function ExportMenu({
  view,
  json,
  title,
}: {
  readonly view: ReadView;
  readonly json: unknown;
  readonly title: string;
}) {
  const [problem, setProblem] = useState<string | null>(null);
  const named = { ...view, title: view.title ?? title };
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
      saveFile(await drawPng(draw(view), named.title, (await workflowFile()).text), exportName(named, 'png'));
    });
  const csv = () =>
    tried(() => {
      const found = table();
      // With a byte order mark, spreadsheets read the text as UTF-8.
      if (found)
        saveFile(
          new Blob(['\ufeff', csvOf(found.header, found.rows)], { type: 'text/csv' }),
          exportName(named, 'csv'),
        );
    });
  const data = () =>
    tried(() =>
      saveFile(
        new Blob([`${JSON.stringify(json, null, 2)}\n`], { type: 'application/json' }),
        exportName(named, 'json'),
      ),
    );
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
          {table() && (
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
