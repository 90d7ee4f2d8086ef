import { Button, Loader, Text, Title } from '@mantine/core';
import { Plus } from 'lucide-react';
import { type DragEvent, useCallback, useEffect, useState } from 'react';
import type { WorkflowEntryMessage } from '../../server/protocol.ts';
import { listStarters } from '../api/about.ts';
import { openEmpty } from '../document/tabs.ts';
import { t } from '../strings/index.ts';
import { told } from '../strings/told.ts';
import { droppedFiles } from '../widgets/drops.ts';
import css from './home.module.css';
import { openStarter } from './open-starter.ts';
import { takeOwn, useOwnPictures } from './own-pictures.ts';
import { OwnPicturesBar } from './own-pictures-bar.tsx';
import { Recent } from './recent.tsx';
import { useSamples } from './samples.ts';
import { TemplateCard } from './template-card.tsx';

/** The order in which people ask; what is not in it comes after. */
const ORDER = [
  'find-similar-images',
  'search-by-text',
  'zero-shot-labels',
  'near-duplicates',
  'compare-encoders',
  'patch-heatmap',
  'similarity-matrix',
  'lora-projection',
  'dataset-statistics',
  'vae-roundtrip',
];
const place = ({ id }: WorkflowEntryMessage) => {
  const index = ORDER.indexOf(id.replace('starter:', ''));
  return index < 0 ? ORDER.length : index;
};

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** The first page: templates as pictures, one's own pictures in place of the samples, and one's own workflows. */
export function Home() {
  const [starters, setStarters] = useState<readonly WorkflowEntryMessage[]>();
  const [problem, setProblem] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const samples = useSamples();

  const load = useCallback(async () => {
    setProblem(null);
    try {
      const { items } = await listStarters();
      setStarters(items.toSorted((a, b) => place(a) - place(b)));
    } catch (error) {
      setProblem(told((error as Error).message));
    }
  }, []);
  useEffect(() => void load(), [load]);

  const open = async (id: string, view: 'canvas' | 'form', event?: DragEvent) => {
    setProblem(null);
    try {
      const own = event
        ? await takeOwn(await droppedFiles(event.dataTransfer))
        : useOwnPictures.getState().own;
      if (event && !own) return;
      await openStarter(id, view, own ?? null);
    } catch (error) {
      setProblem(t('home.openFailed', { reason: told((error as Error).message) }));
    }
  };

  return (
    <section
      aria-label={t('home.title')}
      className={css.home}
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.currentTarget === event.target) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event) || event.defaultPrevented) return;
        event.preventDefault();
        void droppedFiles(event.dataTransfer).then(takeOwn);
      }}
    >
      <div className={css.page}>
        <header className={css.head}>
          <Title order={1} size="h2">
            {t('home.title')}
          </Title>
          <Text c="var(--pb-muted)">{t('home.lead')}</Text>
        </header>
        <OwnPicturesBar over={over} />
        {problem && (
          <div role="alert" className={css.problem}>
            {problem}{' '}
            {!starters && (
              <Button size="compact-sm" variant="light" onClick={() => void load()}>
                {t('app.retry')}
              </Button>
            )}
          </div>
        )}
        <section aria-label={t('home.templates')} className={css.cards}>
          {starters?.map((entry) => (
            <TemplateCard
              key={entry.id}
              entry={entry}
              samples={samples}
              onOpen={(view) => void open(entry.id, view)}
              onDropPictures={(event) => {
                setOver(false);
                void open(entry.id, 'canvas', event);
              }}
            />
          ))}
          {!starters && !problem && <Loader size="sm" aria-label={t('home.templates')} />}
          {starters && (
            <article className={css.card}>
              <span className={css.art} aria-hidden>
                <Plus size={40} strokeWidth={1.25} />
              </span>
              <button type="button" className={css.cardMain} onClick={() => openEmpty()}>
                {t('home.blank')}
              </button>
              <p className={css.cardHelp}>{t('home.blankHelp')}</p>
            </article>
          )}
        </section>
        <Recent onProblem={setProblem} />
      </div>
    </section>
  );
}
