import { Button, Progress } from '@mantine/core';
import { ImagePlus } from 'lucide-react';
import { useEffect } from 'react';
import type { ListedModel } from '../../server/contract/models.ts';
import { usePanels } from '../panels/panel-state.ts';
import { chooseFiles } from '../ui/browser-files.ts';
import { formatBytes } from '../ui/format.ts';
import { loadModels, useModels } from '../ui/models/models.ts';
import { t } from '../ui/strings/index.ts';
import { chosenFiles } from '../widgets/drops.ts';
import css from './home.module.css';
import { cancelAdding, checkOwnPictures, type OwnState, takeOwn, useOwnPictures } from './own-pictures.ts';

const choose = (folder: boolean): void =>
  chooseFiles((files) => void takeOwn(chosenFiles(files)), { folder, many: true, accept: 'image/*' });

/** Shows bytes too, because one large picture takes as long as a hundred small ones. */
const addingText = ({ done, total, bytes, allBytes }: NonNullable<OwnState['adding']>) =>
  t('home.adding', { done, total, bytes: formatBytes(bytes), all: formatBytes(allBytes) });

/** If the user has photos and no installed model knows photos: a link to the models. */
function OnlyDrawings() {
  const { items, loaded } = useModels();
  useEffect(() => void loadModels(), []);
  const isLarger = ({ id, towers }: ListedModel) =>
    towers?.image?.dims !== undefined && !id.startsWith('builtin/') && id !== 'emoji-clip';
  if (!loaded || items.some(isLarger)) return null;
  return (
    <span className={css.ownTold}>
      {t('home.drawings')}{' '}
      <Button size="compact-sm" variant="subtle" onClick={() => usePanels.setState({ open: 'models' })}>
        {t('home.getModel')}
      </Button>
    </span>
  );
}

function Choose() {
  return (
    <>
      <Button size="compact-sm" variant="light" onClick={() => choose(true)}>
        {t('home.chooseFolder')}
      </Button>
      <Button size="compact-sm" variant="light" onClick={() => choose(false)}>
        {t('home.choosePictures')}
      </Button>
    </>
  );
}

/** Lets the user choose pictures to use instead of the samples, and shows which ones are in use. */
export function OwnPicturesBar({ over }: { readonly over: boolean }) {
  const { own, adding, told } = useOwnPictures();
  useEffect(() => void checkOwnPictures(), []);
  return (
    <div className={css.own} data-over={over || undefined} aria-live="polite">
      <ImagePlus size={20} aria-hidden />
      {adding ? (
        <>
          <div className={css.ownAdding}>
            <span>{addingText(adding)}</span>
            <Progress
              value={(adding.bytes / Math.max(1, adding.allBytes)) * 100}
              aria-label={addingText(adding)}
            />
          </div>
          <Button size="compact-sm" variant="subtle" onClick={cancelAdding}>
            {t('home.cancelAdding')}
          </Button>
        </>
      ) : over ? (
        <span>{t('home.dropNow')}</span>
      ) : own ? (
        <>
          <span>
            {own.folder === undefined
              ? t('home.ownOne')
              : t(own.chosen ? 'home.ownBoth' : 'home.own', { count: own.count, folder: own.folder })}
          </span>
          <Choose />
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => useOwnPictures.setState({ own: null, told: null })}
          >
            {t('home.ownBack')}
          </Button>
        </>
      ) : (
        <>
          <span>{t('home.drop')}</span>
          <Choose />
        </>
      )}
      {own && !adding && !over && <OnlyDrawings />}
      {told && <span className={css.ownTold}>{told}</span>}
    </div>
  );
}
