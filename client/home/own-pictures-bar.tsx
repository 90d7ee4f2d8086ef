import { Button, Progress } from '@mantine/core';
import { ImagePlus } from 'lucide-react';
import { t } from '../strings/index.ts';
import { chosenFiles } from '../widgets/drops.ts';
import css from './home.module.css';
import { cancelAdding, takeOwn, useOwnPictures } from './own-pictures.ts';

function choose(folder: boolean): void {
  const field = document.createElement('input');
  field.type = 'file';
  field.multiple = true;
  if (folder) field.webkitdirectory = true;
  else field.accept = 'image/*';
  field.onchange = () => {
    if (field.files && field.files.length > 0) void takeOwn(chosenFiles(field.files));
  };
  field.click();
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

/** Where one's own pictures take the place of the samples, and what was taken. */
export function OwnPicturesBar({ over }: { readonly over: boolean }) {
  const { own, adding, told } = useOwnPictures();
  return (
    <div className={css.own} data-over={over || undefined} aria-live="polite">
      <ImagePlus size={20} aria-hidden />
      {adding ? (
        <>
          <div className={css.ownAdding}>
            <span>{t('home.adding', adding)}</span>
            <Progress value={(adding.done / adding.total) * 100} aria-label={t('home.adding', adding)} />
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
              : t(own.chosen ? 'home.ownBoth' : 'home.own', { count: own.count })}
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
      {told && <span className={css.ownTold}>{told}</span>}
    </div>
  );
}
