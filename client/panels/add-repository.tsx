import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { precisionSchema } from '../../server/contract/models.ts';
import { fetchModel } from '../ui/models/downloads.ts';
import css from '../ui/models/models.module.css';
import { t } from '../ui/strings/index.ts';

/** A field to download any repository of the hub. */
export function AddRepository() {
  const [repo, setRepo] = useState('');
  const [precision, setPrecision] = useState('');
  const submit = async () => {
    const chosen = precisionSchema.safeParse(precision).data;
    if (await fetchModel({ repo: repo.trim(), ...(chosen && { precision: chosen }) })) setRepo('');
  };
  return (
    <form
      className={css.add}
      onSubmit={(event) => {
        event.preventDefault();
        if (repo.trim() !== '') void submit();
      }}
    >
      <TextInput
        size="xs"
        label={t('models.repo')}
        placeholder={t('models.repoHint')}
        value={repo}
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => setRepo(event.currentTarget.value)}
      />
      <span className={css.addRow}>
        <NativeSelect
          size="xs"
          aria-label={t('models.precision')}
          value={precision}
          data={[
            { value: '', label: t('models.precisionAuto') },
            ...precisionSchema.options.map((value) => ({ value, label: value })),
          ]}
          onChange={(event) => setPrecision(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" variant="light" disabled={repo.trim() === ''}>
          {t('models.getRepo')}
        </Button>
      </span>
    </form>
  );
}
