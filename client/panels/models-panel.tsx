import { Badge, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type Devices, getDevices, type ListedModel } from '../api/about.ts';
import { t } from '../strings/index.ts';
import { loadModels, useModels } from '../widgets/models.ts';
import css from './panels.module.css';

function readsText({ towers }: ListedModel): string {
  if (towers?.image && towers.text) return t('models.picturesAndTexts');
  return towers?.text ? t('models.texts') : t('models.pictures');
}

function Model({ model }: { readonly model: ListedModel }) {
  const dims = model.towers?.image?.dims ?? model.towers?.text?.dims;
  return (
    <li className={css.item}>
      <span>{model.title}</span>
      <code className={css.code}>{model.id}</code>
      {model.problem ? (
        <span className={css.problem}>{model.problem}</span>
      ) : (
        <span className={css.quiet}>
          {t('models.reads', { what: readsText(model) })}
          {dims !== undefined && ` · ${t('models.dims', { n: dims })}`}
        </span>
      )}
    </li>
  );
}

/** The models and devices there are. */
export function ModelsPanel() {
  const { items, loaded, problem } = useModels();
  const [devices, setDevices] = useState<Devices>();
  useEffect(() => {
    void loadModels();
    getDevices().then(setDevices, () => setDevices(undefined));
  }, []);
  return (
    <>
      <p className={css.quiet}>{t('models.help')}</p>
      {problem && <p className={css.problem}>{problem}</p>}
      {loaded && items.length === 0 && <p className={css.quiet}>{t('models.none')}</p>}
      <ul className={css.list}>
        {items.map((model) => (
          <Model key={model.id} model={model} />
        ))}
      </ul>
      <Button size="compact-xs" variant="subtle" onClick={() => void loadModels()}>
        {t('models.refresh')}
      </Button>
      {devices && (
        <section className={css.group}>
          <h3>{t('models.devices')}</h3>
          <ul className={css.list}>
            {devices.devices.map(({ device, reason }) => (
              <li key={device} className={css.item}>
                <span>
                  {device}{' '}
                  {device === devices.chosen && (
                    <Badge size="xs" variant="light">
                      {t('models.used')}
                    </Badge>
                  )}
                </span>
                {device !== devices.chosen && <span className={css.quiet}>{reason}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
