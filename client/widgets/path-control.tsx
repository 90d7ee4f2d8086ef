import { documentActions } from '../document/store.ts';
import { Thumbnail } from '../results/thumbnail.tsx';
import { listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { folderText } from '../ui/strings/workflow-text.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import { DropZone } from './drop-zone.tsx';
import { type Dropped, isPictureName, type OnProgress, uploadFolder, uploadSingle } from './drops.ts';
import { pictureCount } from './file-browser.tsx';
import { useLookUp } from './look-up.ts';
import { PathField } from './path-field.tsx';
import css from './pictures.module.css';
import common from './widgets.module.css';

const STRIP = 4;
const NAMES = 3;

/** The first folders by name, because pictures get these names as their categories. */
function folderNames(folders: readonly string[]): string {
  const names = listText(folders.slice(0, NAMES));
  const count = folders.length - NAMES;
  return count > 0 ? t('widgets.foldersAndMore', { names, count }) : names;
}

/** A few pictures of a folder and their number, if the server allows access. */
function FolderStrip({ path }: { readonly path: string }) {
  const found = useLookUp(path);
  if (!found) return null;
  const pictures = found.files.filter(({ ref }) => ref !== undefined);
  const folders = found.folders.map((folder) => folderText(folder.path, folder.name));
  if (pictures.length === 0 && folders.length === 0)
    return <p className={common.note}>{t('widgets.emptyFolder')}</p>;
  return (
    <div className={css.stripBox}>
      {pictures.length > 0 && (
        <div className={css.strip}>
          {pictures.slice(0, STRIP).map(({ path: at, name, ref }) => (
            <Thumbnail key={at} source={{ ref: ref as string }} edge={44} label={name} />
          ))}
        </div>
      )}
      <p className={common.note} title={folders.join(', ')}>
        {pictures.length > 0 && pictureCount(pictures.length, found.more)}
        {pictures.length > 0 && folders.length > 0 && ' · '}
        {folders.length > 0 && folderNames(folders)}
      </p>
    </div>
  );
}

/** A folder of the server's computer. Dropped pictures and folders are uploaded and replace it. */
export function FolderControl(props: ControlProps) {
  const { value, onChange } = props;
  const onFiles = async (dropped: Dropped, onProgress: OnProgress) => {
    const files = dropped.files.filter(({ file }) => isPictureName(file.name));
    if (files.length === 0) throw new Error(t('widgets.nothingDropped'));
    onChange((await uploadFolder({ ...dropped, files }, onProgress)).folder);
    documentActions().endGesture();
  };
  return (
    <span className={common.stack}>
      <PathField {...props} kind="folder" />
      <DropZone
        hint={shown(value) === '' ? t('widgets.dropFolder') : undefined}
        choose={t('widgets.chooseFolder')}
        folder
        many
        onFiles={onFiles}
      >
        <FolderStrip path={shown(value)} />
      </DropZone>
    </span>
  );
}

/** A file of the server's computer, or a dropped one. */
export function FileControl(props: ControlProps) {
  const onFiles = async ({ files }: Dropped) => {
    const [first] = files;
    if (!first) return;
    props.onChange(await uploadSingle(first));
    documentActions().endGesture();
  };
  return (
    <span className={common.stack}>
      <PathField {...props} kind="file" />
      <DropZone choose={t('widgets.chooseFile')} hint={t('widgets.dropFile')} onFiles={onFiles} />
    </span>
  );
}

/** An adapter: a PEFT folder or a file. Dropped ones are uploaded. */
export function AdapterControl(props: ControlProps) {
  const onFiles = async (dropped: Dropped, onProgress: OnProgress) => {
    const [first] = dropped.files;
    if (!first) return;
    const whole = dropped.folder !== undefined || dropped.files.length > 1;
    props.onChange(
      whole
        ? (await uploadFolder({ folder: 'adapter', ...dropped }, onProgress)).folder
        : await uploadSingle(first),
    );
    documentActions().endGesture();
  };
  return (
    <span className={common.stack}>
      <PathField {...props} kind="adapter" />
      <DropZone choose={t('widgets.chooseAdapter')} hint={t('widgets.dropAdapter')} many onFiles={onFiles} />
    </span>
  );
}
