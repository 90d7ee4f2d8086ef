import { X } from 'lucide-react';
import type { ViewItem } from '../../server/contract/view.ts';
import { documentActions } from '../document/store.ts';
import { pagesOf } from '../results/pictures/pages.ts';
import { Picture } from '../results/pictures/picture.tsx';
import { PictureArea } from '../results/pictures/picture-area.tsx';
import { Thumbnail } from '../results/thumbnail.tsx';
import { t } from '../ui/strings/index.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import { DropZone } from './drop-zone.tsx';
import { type Dropped, isPictureName, type OnProgress, uploadPictures } from './drops.ts';
import { uploadedName, usePicture, useWhyUnseen } from './look-up.ts';
import { PathField } from './path-field.tsx';
import css from './pictures.module.css';
import common from './widgets.module.css';

const ACCEPT = 'image/jpeg,image/png,image/webp,image/gif,image/tiff,image/avif';

function picturesOf({ files }: Dropped) {
  const pictures = files.filter(({ file }) => isPictureName(file.name));
  const [first] = files;
  if (pictures.length === 0)
    throw new Error(first ? t('widgets.notPicture', { name: first.file.name }) : t('widgets.nothingDropped'));
  return pictures;
}

/** The path of a picture as people read it. */
const nameOf = (path: string) =>
  uploadedName(path) || (path.startsWith('asset:') ? t('widgets.stored') : path);

/** One picture: dropped, chosen from this computer or the server's, or entered as a path. */
export function PictureControl(props: ControlProps) {
  const { value, onChange } = props;
  const path = shown(value);
  const picture = usePicture(path);
  const why = useWhyUnseen(path, picture === null);
  const item: ViewItem | undefined = picture
    ? { title: nameOf(path), isPicture: true, picture, ...('ref' in picture && { file: path }) }
    : undefined;
  const set = (next: string) => {
    onChange(next);
    documentActions().endGesture();
  };
  const onFiles = async (dropped: Dropped, onProgress: OnProgress) => {
    const [first] = await uploadPictures(picturesOf(dropped).slice(0, 1), onProgress);
    if (first !== undefined) set(first);
  };
  return (
    <span className={common.stack}>
      <DropZone
        accept={ACCEPT}
        hint={picture ? undefined : t('widgets.dropPicture')}
        choose={t('widgets.choosePicture')}
        onFiles={onFiles}
      >
        {item && (
          <PictureArea nodeId={props.id} pages={pagesOf([item])} isSelectable={false}>
            <Picture item={item} at={0} className={css.single} title={item.title}>
              <Thumbnail
                source={item.picture}
                edge={128}
                fit="wide"
                label={t('widgets.picture', { name: item.title })}
              />
            </Picture>
          </PictureArea>
        )}
        {picture === null && path !== '' && (
          <p className={common.note}>{t(why === undefined ? 'widgets.noPreview' : UNSEEN_FILE[why])}</p>
        )}
      </DropZone>
      <PathField {...props} kind="picture" />
    </span>
  );
}

/** What a field says about a picture that it cannot show. */
const UNSEEN_FILE = {
  missing: 'widgets.fileMissing',
  forbidden: 'widgets.pathForbidden',
  file: 'widgets.unseenFile',
  folder: 'widgets.isFolder',
} as const;

function SmallPicture({ path, onRemove }: { readonly path: string; readonly onRemove: () => void }) {
  const picture = usePicture(path);
  const name = nameOf(path);
  return (
    <span className={css.small}>
      {picture ? (
        <Thumbnail source={picture} edge={64} label={t('widgets.picture', { name })} />
      ) : (
        <span className={common.note}>{name}</span>
      )}
      <button
        type="button"
        className={`${css.remove} nodrag`}
        aria-label={t('widgets.remove', { name })}
        onClick={onRemove}
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

/** Several pictures: a list of paths. */
export function PicturesControl(props: ControlProps) {
  const { value, onChange, id } = props;
  const paths = Array.isArray(value) ? value.map(shown) : shown(value) === '' ? [] : [shown(value)];
  const set = (next: readonly string[]) => {
    onChange(next);
    documentActions().endGesture();
  };
  return (
    <div id={id} className={common.stack} role="group" aria-label={props.descriptor.title}>
      <DropZone
        accept={ACCEPT}
        many
        hint={paths.length === 0 ? t('widgets.dropPictures') : undefined}
        choose={t('widgets.choosePictures')}
        onFiles={async (dropped, onProgress) => {
          const added = await uploadPictures(picturesOf(dropped), onProgress);
          set([...paths, ...added.filter((path) => !paths.includes(path))]);
        }}
      >
        {paths.length > 0 && (
          <span className={css.smalls}>
            {paths.map((path, at) => (
              <SmallPicture key={at} path={path} onRemove={() => set(paths.filter((_, i) => i !== at))} />
            ))}
          </span>
        )}
      </DropZone>
    </div>
  );
}
