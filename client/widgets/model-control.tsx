import { Combobox } from '@mantine/core';
import { useEffect } from 'react';
import type { ListedModel } from '../../server/contract/models.ts';
import { formatBytes, listText } from '../ui/format.ts';
import { isRepoId } from '../ui/models/downloads.ts';
import { GetModel } from '../ui/models/get-model.tsx';
import { loadModels, useModels } from '../ui/models/models.ts';
import { ParityBadge } from '../ui/models/parity-badge.tsx';
import { t } from '../ui/strings/index.ts';
import { modelText } from '../ui/strings/model-text.ts';
import { told } from '../ui/strings/told.ts';
import { shown } from './check-param.ts';
import type { ControlProps } from './control.ts';
import css from './model-control.module.css';
import { Picker } from './picker.tsx';
import common from './widgets.module.css';

/** What a model reads, and the length of its vectors, in words. */
export function modelFacts({ towers }: Pick<ListedModel, 'towers'>): string {
  const { image, text } = towers ?? {};
  const what = listText(
    [image && t('widgets.images'), text && t('widgets.texts')].filter((part) => typeof part === 'string'),
  );
  const dims = image?.dims ?? text?.dims;
  if (what === '') return what;
  return dims === undefined ? t('widgets.readsOnly', { what }) : t('widgets.reads', { what, dims });
}

/** A model in a list: its name, its inputs or purpose, and, if it cannot be used, the reason. */
function ModelRow({ model }: { readonly model: ListedModel }) {
  const { problem, available, bytes } = model;
  const { title, summary } = modelText(model);
  const facts = available ? summary : modelFacts(model);
  return (
    <span className={css.model}>
      <span className={css.modelWords}>
        <span className={css.modelTitle}>{title}</span>
        <span className={common.note}>{problem === undefined ? facts : told(problem)}</span>
      </span>
      <span className={css.marks}>
        {available && (
          <span className={common.note}>
            {bytes === undefined ? t('widgets.toGet') : t('widgets.toGetSized', { size: formatBytes(bytes) })}
          </span>
        )}
        <ParityBadge model={model} as="choice" />
      </span>
    </span>
  );
}

const matches = (model: ListedModel, words: string): boolean =>
  `${model.id} ${model.title} ${modelText(model).title}`.toLowerCase().includes(words.trim().toLowerCase());

function ModelList({
  items,
  present,
  words,
}: {
  readonly items: readonly ListedModel[];
  readonly present: string;
  readonly words: string;
}) {
  const found = items.filter((model) => matches(model, words));
  const rank = ({ available, problem }: ListedModel) => (problem !== undefined ? 1 : available ? 2 : 0);
  return [...found]
    .sort((a, b) => rank(a) - rank(b))
    .map((model) => (
      <Combobox.Option
        key={model.id}
        value={model.id}
        active={model.id === present}
        disabled={model.problem !== undefined}
      >
        <ModelRow model={model} />
      </Combobox.Option>
    ));
}

/** Selects one of the installed models. Unusable models show the reason. */
export function ModelControl(props: ControlProps) {
  const id = shown(props.value);
  const { items, loaded, problem } = useModels();
  useEffect(() => {
    if (!loaded) void loadModels();
  }, [loaded]);
  const model = items.find((one) => one.id === id);
  const title = model && modelText(model).title;
  const missing = loaded && id !== '' && !model;
  const trouble = missing
    ? t(isRepoId(id) ? 'widgets.noModelYet' : 'widgets.noModel', { id })
    : model?.available
      ? t('widgets.notHere', { title: title ?? id })
      : model?.problem && told(model.problem);
  const canGet = model?.available || (missing && isRepoId(id));
  return (
    <span className={common.stack}>
      <Picker
        control={props}
        chosen={title ?? id}
        choose={t('widgets.chooseModel')}
        placeholder={t('widgets.chooseModel')}
        list={t('widgets.models')}
        width={340}
        problem={problem}
        onOpen={() => void loadModels()}
      >
        {(words) => (
          <>
            <ModelList items={items} present={id} words={words} />
            {!loaded && problem === null && <Combobox.Empty>{t('widgets.modelsLoading')}</Combobox.Empty>}
          </>
        )}
      </Picker>
      {trouble !== undefined ? (
        <>
          <span className={common.problem}>{trouble}</span>
          {canGet && <GetModel id={id} size={model?.bytes} />}
        </>
      ) : (
        model && (
          <span className={css.model}>
            <span className={common.note}>{modelFacts(model)}</span>
            <ParityBadge model={model} as="sign" />
          </span>
        )
      )}
    </span>
  );
}
