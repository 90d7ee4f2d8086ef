import { Button, Checkbox, TextInput } from '@mantine/core';
import { X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import { MAX_KEPT_NAME } from '../../server/contract/kept-name.ts';
import { categoryOf } from '../results/label-text.ts';
import type { SortRequest } from '../results/pictures/sortable.ts';
import { createLabelSet } from '../ui/api/labels.ts';
import { formatCount, listText } from '../ui/format.ts';
import { loadLabelSets, useLabelSets } from '../ui/labels/label-sets.ts';
import named from '../ui/named/named.module.css';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import room from './room.module.css';
import css from './sets.module.css';
import { useEscape } from './use-escape.ts';

/** The most categories of a result to begin a set with. */
const MOST_GUESSES = 40;

/** Asks which set the pictures go into: one that exists, or a new one. */
export function ChooseSet({
  request: { pictures, name },
  onChoose,
  onClose,
}: {
  readonly request: SortRequest;
  readonly onChoose: (set: string) => void;
  readonly onClose: () => void;
}) {
  const { items: sets, loaded, problem: unlisted } = useLabelSets();
  const [refused, setProblem] = useState<Said>();
  const problem = refused ?? unlisted;
  const [wanted, setWanted] = useState(name || t('categories.defaultName'));
  const guesses = useMemo(() => {
    const found = new Set<string>();
    for (const { item, guess } of pictures) if (guess !== undefined) found.add(categoryOf(item, guess));
    return found.size > MOST_GUESSES ? [] : [...found];
  }, [pictures]);
  const [takesGuesses, setTakesGuesses] = useState(true);
  useEscape(onClose);
  const load = () => {
    setProblem(undefined);
    void loadLabelSets();
  };
  useEffect(() => void loadLabelSets(), []);
  const trimmed = wanted.trim();
  const exists = sets.some((one) => one.name === trimmed);
  const create = async () => {
    if (exists) {
      onChoose(trimmed);
      return;
    }
    try {
      const categories = takesGuesses ? guesses.map((one) => ({ name: one })) : [];
      onChoose((await createLabelSet(trimmed, categories)).name);
    } catch (error) {
      setProblem(messageOf(error));
      // Another window can have made a set of this name.
      void loadLabelSets();
    }
  };
  return (
    <div className={css.choose}>
      <div className={room.headRow}>
        <h2 className={room.title}>{t('categories.sortCount', { count: formatCount(pictures.length) })}</h2>
        <span className={room.grow} />
        <button type="button" className={room.tool} aria-label={t('results.close')} onClick={onClose}>
          <X size={18} aria-hidden />
        </button>
      </div>
      <p className={named.help}>{t('categories.chooseHelp')}</p>
      {problem && (
        <p className={named.problem} role="alert">
          {told(problem)}{' '}
          <Button size="compact-sm" variant="light" onClick={load}>
            {t('app.retry')}
          </Button>
        </p>
      )}
      <form
        className={named.window}
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <TextInput
          label={t('categories.newSet')}
          value={wanted}
          maxLength={MAX_KEPT_NAME}
          data-autofocus
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        {guesses.length > 1 && !exists && (
          <Checkbox
            checked={takesGuesses}
            label={t('categories.takeGuesses', {
              names: listText(guesses.slice(0, 6)),
              count: guesses.length,
            })}
            onChange={(event) => setTakesGuesses(event.currentTarget.checked)}
          />
        )}
        <Button type="submit" disabled={trimmed === '' || !loaded}>
          {t(exists ? 'categories.goOn' : 'categories.create')}
        </Button>
      </form>
      {sets.length > 0 && (
        <section aria-label={t('categories.sets')}>
          <h3 className={css.subtitle}>{t('categories.orExisting')}</h3>
          <ul className={named.list}>
            {sets.map((set) => (
              <li key={set.name}>
                <button
                  type="button"
                  className={css.setButton}
                  disabled={set.problem !== undefined}
                  onClick={() => onChoose(set.name)}
                >
                  <span className={named.name}>{set.name}</span>
                  <span className={named.facts}>
                    {set.problem
                      ? told(set.problem)
                      : t('widgets.labelSetFacts', { count: set.categories.length, pictures: set.labelled })}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
