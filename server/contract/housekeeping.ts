/**
 * Names of folders in which programs keep thumbnails, previews, deleted files and the like: Synology and QNAP drives, Windows,
 * macOS, Linux, Lightroom and Photos. What lies in them looks like pictures of the user, and is not.
 */
const FOLDERS = [
  /^@eaDir$/i,
  /^@(Recycle|Recently-Snapshot|tmp)$/i,
  /^#(recycle|snapshot)$/i,
  /^\.@__thumb$/i,
  /^\$RECYCLE\.BIN$/i,
  /^RECYCLER$/i,
  /^System Volume Information$/i,
  /^__MACOSX$/i,
  /^\.(Trash|Trashes|Trash-\d+)$/i,
  /^\.?thumb(nail)?s$/i,
  /\.(lrdata|lrcat-data|photoslibrary|photolibrary|aplibrary|migratedphotolibrary)$/i,
];

/** Whether programs use folders with this name for their own files. */
export const isHousekeeping = (name: string): boolean => FOLDERS.some((folder) => folder.test(name));
