import { FolderOpen } from 'lucide-react';
import { useEffect, useState } from 'react';
import { canShowFolders, type Shown, showFolder } from './api/files.ts';
import { t } from './strings/index.ts';
import { attempt } from './tell.ts';

/** Whether folders can be shown in the file manager of this computer. */
function useDesktop(): boolean {
  const [hasDesktop, setDesktop] = useState(false);
  useEffect(() => {
    let isGone = false;
    void canShowFolders().then((can) => !isGone && setDesktop(can));
    return () => {
      isGone = true;
    };
  }, []);
  return hasDesktop;
}

/** A button that shows a folder in the file manager; nothing where there is none. */
export function OpenFolder({ what, className }: { readonly what: Shown; readonly className?: string }) {
  if (!useDesktop()) return null;
  return (
    <button type="button" className={className} onClick={() => void attempt(showFolder(what))}>
      <FolderOpen size={12} aria-hidden /> {t('share.showFolder')}
    </button>
  );
}
