import { parseWorkflow } from '../../workflows/parse.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import type { Point } from '../document/content.ts';
import { setParam } from '../document/edits.ts';
import { lookForFiles, movedTo } from '../document/paths.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { openWorkflow } from '../document/tabs.ts';
import { workflowIn } from '../results/png-text.ts';
import { openShared } from '../ui/api/files.ts';
import { sentencesText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { tell } from '../ui/tell.ts';
import {
  type Dropped,
  type DroppedFile,
  droppedFiles,
  isPictureName,
  uploadFolder,
  uploadPictures,
} from '../widgets/drops.ts';
import { tellCopied } from '../widgets/tell-copied.tsx';
import { addNode } from './add-node.ts';
import { layOutMissing } from './arrange.ts';
import { paste } from './clip-actions.ts';
import { contentNow } from './flow.ts';
import { toCanvas } from './view.ts';

/** The largest file that is searched for a workflow, in bytes. */
const MAX_SEARCHED = 64 * 1024 * 1024;

/** Opens a workflow from the text of a file in a new tab. Returns a sentence if it is not a workflow. */
export function openText(text: string, name: string): string | undefined {
  const { workflow, problems } = parseWorkflow(text);
  if (!workflow) {
    tell('error', t('canvas.notWorkflow', { name, problem: told(problems[0] ?? '') }));
    return undefined;
  }
  return show(workflow, name);
}

function show(workflow: Workflow, name: string): string {
  const key = openWorkflow(workflow, { name: workflow.name || name.replace(/\.\w+$/, '') });
  layOutMissing();
  void lookForFiles(key, true);
  return key;
}

/** Whether a file may be a workflow that was shared with its pictures. */
const isShared = (path: string): boolean => /\.(zip|patchbay)$/i.test(path);

/** Opens a workflow that was shared with its pictures in a new tab. Shows a sentence if that fails. */
async function openSharedFile(file: File): Promise<void> {
  tell('working', t('share.opening', { name: file.name }), 'share');
  try {
    const { folder, workflow: text, sets } = await openShared(file);
    const { workflow, problems } = parseWorkflow(text);
    if (workflow) {
      show(await movedTo(folder, workflow), file.name);
      const renamed = sets.filter(({ name, as }) => name !== as);
      tell(
        'done',
        sentencesText([
          t('share.opened', { name: file.name }),
          ...renamed.map((set) => t('share.setRenamed', set)),
        ]),
        'share',
      );
    } else
      tell('error', t('canvas.notWorkflow', { name: file.name, problem: told(problems[0] ?? '') }), 'share');
  } catch (error) {
    tell('error', told(messageOf(error)), 'share');
  }
}

/** The workflow inside a picture that Patchbay exported. */
async function workflowOfPicture(file: File): Promise<string | undefined> {
  if (!/\.png$/i.test(file.name) || file.size > MAX_SEARCHED) return undefined;
  return workflowIn(new Uint8Array(await file.arrayBuffer()));
}

/**
 * Uploads pictures. Adds a node that loads them, or sets them on the selected load node.
 * @throws ApiError
 */
async function takePictures(dropped: Dropped, place: Point): Promise<void> {
  const pictures = { ...dropped, files: dropped.files.filter(({ path }) => isPictureName(path)) };
  if (pictures.files.length === 0) {
    const heic = dropped.files.some(({ path }) => /\.(heic|heif)$/i.test(path));
    tell('error', heic ? t('home.heic') : t('canvas.nothingToOpen'));
    return;
  }
  tell('working', t('canvas.uploading', { count: pictures.files.length }), 'upload');
  const single = pictures.files.length === 1 && dropped.folder === undefined;
  const uploaded = single ? undefined : await uploadFolder(pictures);
  const path = uploaded?.folder ?? (await uploadPictures(pictures.files))[0]!;
  tell('done', t('canvas.uploaded', { count: pictures.files.length }), 'upload');
  if (uploaded) tellCopied(uploaded, pictures);
  takePath(single ? 'image/load-image' : 'image/load-folder', path, place);
}

/** Opens the workflows among files, including those inside exported pictures. Resolves to the remaining files. */
export async function openWorkflowsIn(files: readonly DroppedFile[]): Promise<DroppedFile[]> {
  const rest: DroppedFile[] = [];
  for (const entry of files) {
    if (/\.json$/i.test(entry.path)) openText(await entry.file.text(), entry.file.name);
    else if (isShared(entry.path)) await openSharedFile(entry.file);
    else {
      const carried = await workflowOfPicture(entry.file);
      if (carried === undefined || openText(carried, entry.file.name) === undefined) rest.push(entry);
    }
  }
  return rest;
}

/** Opens the workflows among files. Shows a sentence for each file without one. */
export async function openFiles(files: readonly DroppedFile[]): Promise<void> {
  for (const { file } of await openWorkflowsIn(files))
    if (!/\.json$/i.test(file.name)) tell('error', t('canvas.noWorkflowIn', { name: file.name }));
}

function onlySelected() {
  const { selection } = useDocument.getState();
  const [id] = selection;
  return selection.size === 1 && id !== undefined ? contentNow().nodes[id] : undefined;
}

/** Sets the path of the selected load node, or adds a node that loads it. */
function takePath(type: 'image/load-image' | 'image/load-folder', path: string, place: Point): void {
  const selected = onlySelected();
  // Only the path changes. The wires of the node stay.
  if (selected?.type === type)
    documentActions().edit('param', (content) => setParam(content, selected.id, 'path', path));
  else addNode(type, place, { params: { path } });
}

/** The path that a text consists of, as file managers copy it: `/home/me/pictures`, `"C:\\Pictures"`, `file:///...`. */
export function pathIn(text: string): string | undefined {
  const line = text.trim().replace(/^"(.*)"$/, '$1');
  if (line.includes('\n') || line.length > 1000) return undefined;
  if (/^file:\/\/\//i.test(line)) {
    try {
      const path = decodeURIComponent(new URL(line).pathname);
      return /^\/[a-z]:\//i.test(path) ? path.slice(1) : path;
    } catch {
      return undefined;
    }
  }
  return /^(\/[^/\s]|~\/|[a-z]:[\\/]|\\\\[^\\])/i.test(line) ? line : undefined;
}

/**
 * A path becomes a node that loads it, a sentence a prompt, copied items become nodes, and the text of a workflow opens
 * in a tab.
 */
export function takeText(text: string, place: Point): boolean {
  if (paste(text)) return true;
  const trimmed = text.trim();
  if (trimmed.startsWith('{') && trimmed.includes('"patchbay"')) return openText(trimmed, '') !== undefined;
  if (trimmed === '' || trimmed.length > 2000) return false;
  const path = pathIn(trimmed);
  if (path !== undefined) {
    takePath(isPictureName(path) ? 'image/load-image' : 'image/load-folder', path, place);
    return true;
  }
  addNode('text/prompts', place, { params: { prompts: trimmed.split('\n').map((line) => line.trim()) } });
  return true;
}

/** Pastes at a place: pictures like a drop of pictures, otherwise the text. Returns whether there was something to paste. */
export function takeClipboard(clipboard: DataTransfer, place: Point): boolean {
  const text = clipboard.getData('text/plain');
  const files = [...clipboard.files].map((file) => ({ path: file.name, file }));
  // A program that copies cells or words adds a picture of them. Their text says more.
  if (text !== '') return takeText(text, place);
  if (files.length === 0) return false;
  takePictures({ files }, place).catch((error: unknown) => tell('error', told(messageOf(error)), 'upload'));
  return true;
}

/** Handles a drop on the canvas: workflows open, pictures become a load node, a sentence becomes a prompt. */
export async function dropOnCanvas(event: DragEvent): Promise<void> {
  const { dataTransfer: transfer } = event;
  if (!transfer || event.defaultPrevented) return;
  event.preventDefault();
  const place = toCanvas({ x: event.clientX, y: event.clientY });
  const type = transfer.getData('application/patchbay-node');
  if (type !== '') {
    addNode(type, place);
    return;
  }
  const example = transfer.getData('application/patchbay-example');
  if (example !== '') {
    paste(example);
    return;
  }
  const text = transfer.getData('text/plain');
  // The entries of a drop are not available after the first await.
  const reading = droppedFiles(transfer);
  try {
    const dropped = await reading;
    if (dropped.files.length === 0) {
      if (text !== '') takeText(text, place);
      return;
    }
    if (dropped.folder === undefined) {
      const rest = await openWorkflowsIn(dropped.files);
      if (rest.length > 0) await takePictures({ files: rest }, place);
      return;
    }
    await takePictures(dropped, place);
  } catch (error) {
    tell('error', told(messageOf(error)), 'upload');
  }
}
