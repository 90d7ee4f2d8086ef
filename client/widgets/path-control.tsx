import { documentActions } from '../document/store.ts';
import { Thumbnail } from '../results/thumbnail.tsx';
import { listText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import { DropZone } from './drop-zone.tsx';
import { type Dropped, isPictureName, type OnProgress, uploadFolder, uploadSingle } from './drops.ts';
import { pictureCount } from './file-browser.tsx';
import { type FolderFacts, useFolderFacts, useWhyUnseen } from './look-up.ts';
import { PathField } from './path-field.tsx';
import { PICTURES } from './picture-control.tsx';
import css from './pictures.module.css';
import { tellCopied } from './tell-copied.tsx';
import common from './widgets.module.css';

/** The most pictures of a folder that are shown. */
const SHOWN = 2;

/**
 * Two pictures of a folder, and the number of pictures and folders in it, if the server allows access. It always has the
 * same height, so that another folder does not make the node cover its neighbours.
 */
function FolderStrip({ path }: { readonly path: string }) {
  const found = useFolderFacts(path);
  const why = useWhyUnseen(path, found === null);
  return (
    <div className={css.stripBox}>
      {found?.pictures.slice(0, SHOWN).map(({ path: at, name, ref }) => (
        <Thumbnail key={at} source={{ ref }} edge={36} label={name} />
      ))}
      <p className={common.note} title={found ? listText(found.folders) : undefined}>
        {found ? factsText(found) : why && t(UNSEEN_FOLDER[why])}
      </p>
    </div>
  );
}

/** What a field says about a folder whose pictures it cannot show. */
const UNSEEN_FOLDER = {
  missing: 'widgets.folderMissing',
  forbidden: 'widgets.pathForbidden',
  file: 'widgets.isFile',
  folder: 'widgets.unseenFolder',
} as const;

function factsText({ count, more, folders }: FolderFacts): string {
  if (count === 0 && folders.length === 0) return t('widgets.emptyFolder');
  const inFolders = t('widgets.folderCount', { count: folders.length });
  if (count === 0) return inFolders;
  const pictures = pictureCount(count, more);
  return folders.length === 0 ? pictures : t('widgets.picturesIn', { pictures, folders: inFolders });
}

/** A folder of the server's computer. Dropped pictures and folders are uploaded and replace it. */
export function FolderControl(props: ControlProps) {
  const { value, onChange } = props;
  const onFiles = async (dropped: Dropped, onProgress: OnProgress) => {
    const files = dropped.files.filter(({ file }) => isPictureName(file.name));
    if (files.length === 0) throw new Error(t('widgets.nothingDropped'));
    const uploaded = await uploadFolder({ ...dropped, files }, onProgress);
    const put = (path: unknown) => {
      onChange(path);
      documentActions().endGesture();
    };
    put(uploaded.folder);
    tellCopied(uploaded, { files }, () => put(value));
  };
  return (
    <span className={common.stack}>
      <PathField {...props} kind="folder" />
      <DropZone
        hint={shown(value) === '' ? t('widgets.dropFolder') : undefined}
        choose={t('widgets.chooseFolder')}
        chooseLoose={t('widgets.choosePictures')}
        accept={PICTURES}
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
