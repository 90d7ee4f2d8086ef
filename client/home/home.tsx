import { Button, Loader, Text, Title } from '@mantine/core';
import { Plus } from 'lucide-react';
import { type DragEvent, useCallback, useEffect, useState } from 'react';
import type { WorkflowEntry } from '../../server/contract/http.ts';
import { inOrderOfQuestions, openStarter } from '../document/starters.ts';
import { openEmpty } from '../document/tabs.ts';
import { listStarters } from '../ui/api/workflows.ts';
import { isNarrow } from '../ui/narrow.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import icon from '../ui/theme/icon.svg';
import { type Dropped, droppedFiles } from '../widgets/drops.ts';
import css from './home.module.css';
import { takeOwn, useOwnPictures, withOwnPictures } from './own-pictures.ts';
import { OwnPicturesBar } from './own-pictures-bar.tsx';
import { Recent } from './recent.tsx';
import { useSamples } from './samples.ts';
import { TemplateCard } from './template-card.tsx';

/**
 * Opens the workflows of a drop, including those inside exported pictures. Resolves to the remaining files; undefined
 * for none.
 */
async function withoutWorkflows(dropped: Dropped): Promise<Dropped | undefined> {
  if (dropped.folder !== undefined || dropped.files.length === 0) return dropped;
  const { openWorkflowsIn } = await import('../canvas/drop.ts');
  const files = await openWorkflowsIn(dropped.files);
  return files.length > 0 ? { files } : undefined;
}

/** Handles a drop on the page. */
async function takeDrop(transfer: DataTransfer): Promise<void> {
  const rest = await withoutWorkflows(await droppedFiles(transfer));
  if (rest) await takeOwn(rest);
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** The first page: templates as pictures, the user's own pictures instead of the samples, and saved workflows. */
export function Home() {
  const [starters, setStarters] = useState<readonly WorkflowEntry[]>();
  const [problem, setProblem] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const samples = useSamples();

  const load = useCallback(async () => {
    setProblem(null);
    try {
      const { items } = await listStarters();
      setStarters(inOrderOfQuestions(items));
    } catch (error) {
      setProblem(told(messageOf(error)));
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
      await openStarter(id, view, (workflow) => withOwnPictures(workflow, own ?? null));
    } catch (error) {
      setProblem(t('home.openFailed', { reason: told(messageOf(error)) }));
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
        void takeDrop(event.dataTransfer);
      }}
    >
      <div className={css.page}>
        <header className={css.head}>
          <span className={css.brand}>
            <img src={icon} alt="" />
            Patchbay
          </span>
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
        <Recent onProblem={setProblem} />
        <section aria-label={t('home.templates')} className={css.cards}>
          {starters?.map((entry) => (
            <TemplateCard
              key={entry.id}
              entry={entry}
              samples={samples}
              // A canvas is hard to use on a phone: a template opens as a form there.
              onOpen={(view) => void open(entry.id, isNarrow() ? 'form' : view)}
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
      </div>
    </section>
  );
}
