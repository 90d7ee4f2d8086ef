import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { RouteBody } from '../../server/contract/http.ts';
import type { ImportLabels, LabelsImported } from '../../server/contract/labels.ts';
import { importLabels, undoLabels } from '../ui/api/labels.ts';
import { chooseFiles } from '../ui/browser-files.ts';
import { formatCount, listText, sentencesText } from '../ui/format.ts';
import named from '../ui/named/named.module.css';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { attempt } from '../ui/tell.ts';
import { FileBrowser } from '../widgets/file-browser.tsx';
import css from './sets.module.css';

type From = 'subfolders' | 'imagefolder' | 'folder' | 'file';

const FROM = { csv: 'csv', tsv: 'csv', txt: 'csv', jsonl: 'jsonl', ndjson: 'jsonl', json: 'json' } as const;

const isKnown = (extension: string): extension is keyof typeof FROM => Object.hasOwn(FROM, extension);

/** The kind of a file, by its name. */
function kindOf(name: string): ImportLabels['from'] {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return isKnown(extension) ? FROM[extension] : 'csv';
}

/** What came, and what was there already. @param isFolder whether pictures without a category came */
export function said(
  { labelled, pictures, same, kept, ruledOut, added, skipped }: LabelsImported,
  isFolder: boolean,
): string {
  const [first] = skipped.first;
  return sentencesText([
    isFolder
      ? t('categories.added', { count: formatCount(pictures), total: pictures })
      : t('categories.imported', { count: formatCount(labelled), total: labelled }),
    ...(same > 0
      ? [t(isFolder ? 'categories.addedSame' : 'categories.importedSame', { count: formatCount(same) })]
      : []),
    ...(kept > 0 ? [t('categories.importedKept', { count: formatCount(kept) })] : []),
    ...(ruledOut > 0 ? [t('categories.importedRuledOut', { count: formatCount(ruledOut) })] : []),
    ...(added.length > 0 ? [t('categories.importedNew', { names: listText(added.slice(0, 12)) })] : []),
    ...(first
      ? [
          t('categories.importedSkipped', {
            count: formatCount(skipped.total),
            name: first.name,
            reason: told(first),
          }),
        ]
      : []),
  ]);
}

/** Adds the categories of folders or of a file to a set, and says what came. */
export function ImportForm({ set, onDone }: { readonly set: string; readonly onDone: () => void }) {
  const [from, setFrom] = useState<From>('subfolders');
  const [path, setPath] = useState('');
  const [labelFolder, setLabelFolder] = useState<ImportLabels['labelFolder']>('top');
  const [replace, setReplace] = useState(true);
  const [file, setFile] = useState<File>();
  const [browsing, setBrowsing] = useState(false);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<Said>();
  const [result, setResult] = useState<LabelsImported>();
  const folder = path.trim();
  const start = async () => {
    setProblem(undefined);
    setResult(undefined);
    setWorking(true);
    try {
      const body: RouteBody<'importLabels'> =
        from === 'file'
          ? {
              from: kindOf(file?.name ?? ''),
              text: (await file?.text()) ?? '',
              name: file?.name,
              replace,
              ...(folder !== '' && { folder }),
            }
          : { from, path: folder, replace, ...(from === 'subfolders' && { labelFolder }) };
      setResult(await importLabels(set, body));
    } catch (error) {
      setProblem(messageOf(error));
    }
    setWorking(false);
  };
  const undo = result?.undo;
  return (
    <form
      className={css.importer}
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <div className={named.fields}>
        <NativeSelect
          label={t('categories.importFrom')}
          value={from}
          data={[
            { value: 'subfolders', label: t('categories.fromSubfolders') },
            { value: 'folder', label: t('categories.fromFolder') },
            { value: 'file', label: t('categories.fromFile') },
            { value: 'imagefolder', label: t('categories.fromMetadata') },
          ]}
          onChange={({ currentTarget: { value } }) =>
            setFrom(value === 'file' || value === 'imagefolder' || value === 'folder' ? value : 'subfolders')
          }
        />
        {from === 'subfolders' && (
          <NativeSelect
            label={t('categories.whichFolder')}
            value={labelFolder}
            data={[
              { value: 'top', label: t('categories.folderTop') },
              { value: 'second', label: t('categories.folderSecond') },
              { value: 'nearest', label: t('categories.folderNearest') },
            ]}
            onChange={({ currentTarget: { value } }) =>
              setLabelFolder(value === 'second' || value === 'nearest' ? value : 'top')
            }
          />
        )}
        {from === 'file' && (
          <Button
            variant="default"
            onClick={() =>
              chooseFiles(([chosen]) => setFile(chosen), { accept: '.csv,.tsv,.txt,.json,.jsonl,.ndjson' })
            }
          >
            {file ? file.name : t('categories.chooseFile')}
          </Button>
        )}
      </div>
      <div className={named.fields}>
        <TextInput
          flex={1}
          label={t(from === 'file' ? 'categories.pathsStart' : 'categories.folder')}
          value={path}
          spellCheck={false}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <Button variant="default" onClick={() => setBrowsing(true)}>
          {t('widgets.browse')}
        </Button>
      </div>
      {from !== 'folder' && (
        <Checkbox
          checked={replace}
          label={t('categories.replace')}
          onChange={(event) => setReplace(event.currentTarget.checked)}
        />
      )}
      {problem && (
        <p className={named.problem} role="alert">
          {told(problem)}
        </p>
      )}
      {result && (
        <p className={named.help} role="status">
          {said(result, from === 'folder')}{' '}
          {undo && (
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => void attempt(undoLabels(set, undo).then(() => setResult(undefined)))}
            >
              {t('trash.undo')}
            </Button>
          )}
        </p>
      )}
      <div className={named.fields}>
        <Button
          type="submit"
          loading={working}
          disabled={from === 'file' ? file === undefined : folder === ''}
        >
          {t('categories.import')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('results.close')}
        </Button>
      </div>
      {browsing && (
        <FileBrowser
          title={t('categories.folder')}
          kind="folder"
          start={path}
          onClose={() => setBrowsing(false)}
          onChoose={(chosen) => {
            setPath(chosen);
            setBrowsing(false);
          }}
        />
      )}
    </form>
  );
}
