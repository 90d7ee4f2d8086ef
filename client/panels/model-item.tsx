import { ActionIcon, Button } from '@mantine/core';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { ListedModel } from '../../server/contract/models.ts';
import { deleteModel, unblockModel, verifyModel } from '../ui/api/models.ts';
import { formatBytes, listText, sentencesText } from '../ui/format.ts';
import { GetModel } from '../ui/models/get-model.tsx';
import css from '../ui/models/models.module.css';
import { ParityBadge } from '../ui/models/parity-badge.tsx';
import { t } from '../ui/strings/index.ts';
import { licenseText, modelText } from '../ui/strings/model-text.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { attempt } from '../ui/tell.ts';
import { TrashButton } from '../ui/trash/trash-button.tsx';
import panels from './panels.module.css';

function readsText({ towers }: ListedModel): string {
  if (towers?.image && towers.text) return t('models.picturesAndTexts');
  return towers?.text ? t('models.texts') : t('models.pictures');
}

function factsOf(model: ListedModel): string {
  const dims = model.towers?.image?.dims ?? model.towers?.text?.dims;
  return [
    (model.towers?.image || model.towers?.text) && t('models.reads', { what: readsText(model) }),
    dims !== undefined && t('models.dims', { n: dims }),
    model.bytes !== undefined && formatBytes(model.bytes),
    model.precisions && model.precisions.length > 0 && listText(model.precisions),
  ]
    .filter(Boolean)
    .join(' · ');
}

type Finding = { readonly ok: boolean; readonly text: string };

/** A button that verifies a model, and its progress: all files must be read, which can take a while. */
function Verify({
  model,
  onFound,
}: {
  readonly model: ListedModel;
  readonly onFound: (found: Finding) => void;
}) {
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    try {
      const { ok, checks } = await verifyModel(model.id);
      const wrong = checks.filter((check) => !check.ok).map((check) => told(check));
      onFound({ ok, text: ok ? t('models.verified') : sentencesText(wrong) });
    } catch (error) {
      onFound({ ok: false, text: told(messageOf(error)) });
    }
    setBusy(false);
  };
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      loading={busy}
      aria-label={t('models.verify', { title: modelText(model).title })}
      title={t('models.verifyShort')}
      onClick={() => void verify()}
    >
      <ShieldCheck size={14} aria-hidden />
    </ActionIcon>
  );
}

/** A model in the list: its name, its purpose, and its buttons. */
export function ModelItem({ model }: { readonly model: ListedModel }) {
  const [found, setFound] = useState<Finding>();
  const { id, problem, license, available, fetched, blocked } = model;
  const { title, summary } = modelText(model);
  return (
    <li className={`${panels.item} ${css.item}`}>
      <span className={css.head}>
        <span className={css.title}>{title}</span>
        <ParityBadge model={model} />
        {!available && <Verify model={model} onFound={setFound} />}
        {fetched && (
          <TrashButton
            kind="model"
            id={id}
            name={title}
            label={t('models.delete', { title })}
            size="sm"
            onDelete={() => deleteModel(id)}
          />
        )}
      </span>
      {model.title !== id && <code className={css.code}>{id}</code>}
      {problem !== undefined && <span className={css.problem}>{told(problem)}</span>}
      {blocked && (
        <>
          <span className={css.problem}>{t('models.blocked')}</span>
          <Button size="compact-xs" variant="default" onClick={() => void attempt(unblockModel(id))}>
            {t('models.unblock')}
          </Button>
        </>
      )}
      {summary !== undefined && <span className={css.quiet}>{summary}</span>}
      <span className={css.quiet}>{factsOf(model)}</span>
      {license !== undefined && (
        <span className={css.quiet}>{t('models.license', { license: licenseText(license) })}</span>
      )}
      {found && <span className={found.ok ? css.good : css.problem}>{found.text}</span>}
      {available && <GetModel id={id} size={model.bytes} />}
    </li>
  );
}
