import { Badge, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Devices } from '../../server/contract/http.ts';
import type { ListedModel } from '../../server/contract/models.ts';
import { getDevices } from '../ui/api/about.ts';
import { useDownloads } from '../ui/models/downloads.ts';
import { loadModels, useModels } from '../ui/models/models.ts';
import { t } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { TrashLink } from '../ui/trash/trash-link.tsx';
import { AddRepository } from './add-repository.tsx';
import { DownloadRow } from './download-row.tsx';
import { ModelItem } from './model-item.tsx';
import css from './panels.module.css';

function ModelList({ models }: { readonly models: readonly ListedModel[] }) {
  return (
    <ul className={css.list}>
      {models.map((model) => (
        <ModelItem key={model.id} model={model} />
      ))}
    </ul>
  );
}

function DeviceList({ devices }: { readonly devices: Devices }) {
  return (
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
            {device !== devices.chosen && <span className={css.quiet}>{told(reason)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Installed models, running downloads, models to download, and the devices. */
export function ModelsPanel() {
  const { items, loaded, problem } = useModels();
  const downloads = useDownloads((state) => state.items);
  const [devices, setDevices] = useState<Devices>();
  useEffect(() => {
    void loadModels();
    getDevices().then(setDevices, () => setDevices(undefined));
  }, []);
  const open = downloads.filter(({ state }) => state !== 'done');
  const onTheirWay = new Set(open.map(({ id }) => id));
  const here = items.filter(({ available }) => !available);
  const others = items.filter(({ available, id }) => available && !onTheirWay.has(id));
  return (
    <>
      <p className={css.quiet}>{t('models.help')}</p>
      {problem && <p className={css.problem}>{told(problem)}</p>}
      {open.length > 0 && (
        <section className={css.group}>
          <h3>{t('models.downloads')}</h3>
          <ul className={css.list}>
            {open.map((download) => (
              <DownloadRow key={download.key} download={download} />
            ))}
          </ul>
        </section>
      )}
      <section className={css.group}>
        <h3>{t('models.here')}</h3>
        {loaded && here.length === 0 && <p className={css.quiet}>{t('models.none')}</p>}
        <ModelList models={here} />
        <Button size="compact-xs" variant="subtle" onClick={() => void loadModels()}>
          {t('models.refresh')}
        </Button>
        <TrashLink />
      </section>
      <section className={css.group}>
        <h3>{t('models.available')}</h3>
        {loaded && others.length === 0 && open.length === 0 && (
          <p className={css.quiet}>{t('models.noneAvailable')}</p>
        )}
        <ModelList models={others} />
        <AddRepository />
      </section>
      {devices && <DeviceList devices={devices} />}
    </>
  );
}
