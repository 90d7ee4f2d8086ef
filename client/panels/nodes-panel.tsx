import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import { inOrder, rank, searchable } from '../canvas/search/rank.ts';
import { useCatalogue } from '../ui/api/catalogue.ts';
import { categoryText, nodeText, t, useLanguage } from '../ui/strings/index.ts';
import { CategoryMark } from '../ui/theme/category-mark.tsx';
import { addFromPanel } from './add-from-panel.ts';
import css from './panels.module.css';

function byCategory(list: readonly NodeDescriptor[]): Map<string, NodeDescriptor[]> {
  const groups = new Map<string, NodeDescriptor[]>();
  for (const one of list) groups.set(one.category, [...(groups.get(one.category) ?? []), one]);
  return groups;
}

function NodeEntry({ descriptor }: { readonly descriptor: NodeDescriptor }) {
  const { title, help } = nodeText(descriptor.type);
  return (
    <button
      type="button"
      draggable
      className={css.node}
      title={help}
      aria-label={t('nodes.add', { title })}
      onDragStart={(event) => event.dataTransfer.setData('application/patchbay-node', descriptor.type)}
      onClick={() => addFromPanel(descriptor.type)}
    >
      <CategoryMark type={descriptor.type} />
      {title}
    </button>
  );
}

/** All node types by category, with a search. */
export function NodesPanel() {
  const types = useCatalogue((state) => state.types);
  const language = useLanguage((state) => state.language);
  const [query, setQuery] = useState('');
  const items = useMemo(
    () => inOrder(Object.values(types)).map((one) => searchable(one, nodeText(one.type))),
    [types, language],
  );
  const found = rank(query, items).map(({ descriptor }) => descriptor);
  const groups = query.trim() === '' ? byCategory(found) : new Map([['', found]]);
  return (
    <>
      <TextInput
        size="xs"
        aria-label={t('canvas.search')}
        placeholder={t('canvas.search')}
        leftSection={<Search size={14} aria-hidden />}
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      <p className={css.quiet}>{t('nodes.help')}</p>
      {found.length === 0 && query !== '' && <p className={css.quiet}>{t('canvas.searchNone', { query })}</p>}
      {[...groups].map(([category, list]) => (
        <section
          key={category}
          className={css.group}
          aria-label={category === '' ? undefined : categoryText(category)}
        >
          {category !== '' && <h3>{categoryText(category)}</h3>}
          {list.map((descriptor) => (
            <NodeEntry key={descriptor.type} descriptor={descriptor} />
          ))}
        </section>
      ))}
    </>
  );
}
