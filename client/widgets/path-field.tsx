import { FolderSearch } from 'lucide-react';
import { useState } from 'react';
import { documentActions } from '../document/store.ts';
import { t } from '../ui/strings/index.ts';
import { shown } from './check-param.ts';
import { type ControlProps, fieldAttributes } from './control.ts';
import { type BrowseKind, FileBrowser } from './file-browser.tsx';
import css from './input.module.css';
import { uploadedName } from './look-up.ts';

/** A path, with a button to browse the allowed folders. */
export function PathField(props: ControlProps & { readonly kind: BrowseKind }) {
  const { descriptor, value, onChange, kind } = props;
  const [browsing, setBrowsing] = useState(false);
  const path = shown(value);
  const uploaded = uploadedName(path);
  return (
    <span className={css.withButton}>
      <input
        {...fieldAttributes(props)}
        className={`${css.input} nodrag`}
        type="text"
        autoComplete="off"
        spellCheck={false}
        placeholder={descriptor.placeholder}
        // For an upload, show its original name instead of its hash.
        value={uploaded === undefined ? path : uploaded || t('widgets.stored')}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={() => documentActions().endGesture()}
      />
      <button
        type="button"
        className={`${css.iconButton} nodrag`}
        aria-label={t('widgets.browse')}
        title={t('widgets.browse')}
        onClick={() => setBrowsing(true)}
      >
        <FolderSearch size={14} aria-hidden />
      </button>
      {browsing && (
        <FileBrowser
          title={descriptor.title}
          kind={kind}
          start={path}
          onClose={() => setBrowsing(false)}
          onChoose={(chosen) => {
            onChange(chosen);
            documentActions().endGesture();
          }}
        />
      )}
    </span>
  );
}
