import { FormInput } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import type { WorkflowEntry } from '../../server/contract/http.ts';
import { starterName, starterText } from '../document/starters.ts';
import { t } from '../ui/strings/index.ts';
import { tintStyle } from '../ui/theme/category-mark.tsx';
import css from './home.module.css';
import type { Samples } from './samples.ts';
import { TemplateArt } from './template-art.tsx';

/** The node type whose colour a template's card takes: what the template is about. */
const TINTS: Readonly<Record<string, string>> = {
  'find-similar-images': 'image/load-image',
  'search-by-text': 'text/prompts',
  'zero-shot-labels': 'view/gallery',
  'teach-categories': 'train/linear-probe',
  'sort-with-my-classifier': 'compare/classify',
  'check-my-labels': 'label/suspects',
  'map-my-folder': 'explore/umap',
  'explore-clusters': 'explore/clusters',
  'find-duplicates': 'explore/duplicates',
  'build-a-collection': 'collection/save',
  'search-a-collection': 'collection/query',
  'compare-encoders': 'encode/load-encoder',
  'which-encoder-is-best': 'evaluate/k-fold',
  'before-after-lora': 'train/lora-projection',
  'patch-heatmap': 'preprocess/crop',
  'similarity-matrix': 'compare/similarity-matrix',
  'lora-projection': 'project/lora-projection',
};

interface TemplateCardProps {
  readonly entry: WorkflowEntry;
  readonly samples: Samples;
  readonly onOpen: (view: 'canvas' | 'form') => void;
  /** Called for pictures that are dropped on this card. */
  readonly onDropPictures: (event: DragEvent) => void;
}

/** A template as a drawing, a title and a sentence. A click opens it; dropped pictures replace the samples. */
export function TemplateCard({ entry, samples, onOpen, onDropPictures }: TemplateCardProps) {
  const [over, setOver] = useState(false);
  const { title, help } = starterText(entry);
  return (
    <article
      className={css.card}
      data-over={over || undefined}
      style={tintStyle(TINTS[starterName(entry.id)] ?? '')}
      data-template={starterName(entry.id)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        event.stopPropagation();
        onDropPictures(event);
      }}
    >
      <TemplateArt name={starterName(entry.id)} samples={samples} />
      <button
        type="button"
        className={css.cardMain}
        aria-label={t('home.openLabelled', { name: title })}
        onClick={() => onOpen('canvas')}
      >
        {title}
      </button>
      <p className={css.cardHelp}>{help}</p>
      <button
        type="button"
        className={css.cardForm}
        aria-label={t('home.openFormLabelled', { name: title })}
        title={t('home.openForm')}
        onClick={() => onOpen('form')}
      >
        <FormInput size={16} aria-hidden />
      </button>
    </article>
  );
}
