import {
  Bookmark,
  Clipboard,
  Copy,
  Download,
  Eye,
  EyeOff,
  FolderOpen,
  ImagePlus,
  type LucideIcon,
  Maximize2,
  PackageOpen,
  Search,
  Shapes,
  SquareCheck,
  SquareDashed,
  SquareX,
  Tags,
  ThumbsDown,
  Undo2,
} from 'lucide-react';
import { baseName } from '../../../nodes/sdk/file-names.ts';
import type { LabelCategory } from '../../../server/contract/labels.ts';
import { viewItemKey } from '../../../server/contract/view.ts';
import { nodeName } from '../../document/node-name.ts';
import { useDocument } from '../../document/store.ts';
import { canShowFolders, pictureUrl, showFolder } from '../../ui/api/files.ts';
import { askName } from '../../ui/ask-name.tsx';
import { downloadFrom, saveFile } from '../../ui/browser-files.ts';
import { copyText } from '../../ui/copy.ts';
import type { KeyName } from '../../ui/keys.ts';
import { type PlainKey, t } from '../../ui/strings/index.ts';
import { attempt, tell } from '../../ui/tell.ts';
import { csvFile } from '../csv.ts';
import { exportName } from '../export-name.ts';
import { downloadPictures, haveCategories } from './archive.ts';
import type { Area } from './area.ts';
import { copyPicture } from './copy-picture.ts';
import {
  canMove,
  canUndo,
  categoriesOf,
  moveTo,
  moveToNamed,
  ruleOutShown,
  shownText,
  undoLast,
  usedSet,
} from './correct.ts';
import { pathOf } from './identity.ts';
import { keepSelection, selectionParam } from './keep-selection.ts';
import { allPictures } from './pages.ts';
import {
  hide,
  inverted,
  only,
  type Picked,
  select,
  selectionOf,
  showHidden,
  toggled,
  type ViewPlace,
} from './selection.ts';
import { sortPictures, withGuesses } from './sortable.ts';
import { findLookAlikes, openFolderToSearch, openQueryTargets, searchFor } from './use-as-query.ts';

/** The pictures or texts that an action is about, and where they were chosen. */
export interface ActedOn {
  readonly place: ViewPlace;
  readonly items: readonly Picked[];
  /** The view; absent if it is not drawn. */
  readonly area?: Area;
  /** The picture under the pointer or the focus, which may be one of many selected ones. */
  readonly own?: Picked;
  /** Its page. */
  readonly at?: number;
}

/** One way to do an action. */
export interface ActionChoice {
  readonly title: string;
  /** The category that it is about. */
  readonly category?: LabelCategory;
  readonly run: () => unknown;
}

/** Something to do with pictures. It appears in the menu of every picture, and its keys work in every view. */
export interface PictureAction {
  readonly id: string;
  readonly title: (on: ActedOn) => string;
  readonly icon: LucideIcon;
  /** A line separates the groups of the menu. */
  readonly group: 'open' | 'correct' | 'copy' | 'file' | 'select' | 'view';
  readonly keys?: readonly KeyName[];
  /** Whether it is also a button of the bar of the selection. */
  readonly inBar?: true;
  /** Whether it applies; if absent, always. */
  readonly when?: (on: ActedOn) => boolean;
  /** Why it cannot work here, if that is so. */
  readonly blocked?: () => Promise<PlainKey | undefined>;
  /** The ways to do it. If there are several, the user chooses one. */
  readonly choices: (on: ActedOn) => readonly ActionChoice[];
}

/** An action that there is one way to do. */
function action({
  title,
  run,
  ...rest
}: Omit<PictureAction, 'choices' | 'title'> & {
  readonly title: PlainKey | ((on: ActedOn) => string);
  readonly run: (on: ActedOn) => unknown;
}): PictureAction {
  const told = typeof title === 'string' ? () => t(title) : title;
  return { ...rest, title: told, choices: (on) => [{ title: told(on), run: () => run(on) }] };
}

const arePictures = ({ items }: ActedOn) => items.length > 0 && items.every(({ item }) => item.isPicture);
const areTexts = ({ items }: ActedOn) => items.length > 0 && items.every(({ item }) => !item.isPicture);
const single = ({ items }: ActedOn) => (items.length === 1 ? items[0]?.item : undefined);
const isSelectable = ({ area }: ActedOn) => area?.isSelectable ?? true;
const hasSelection = ({ place }: ActedOn) => selectionOf(place.tab).picked.size > 0;

/** Does an action on the clipboard and says so. */
const copied = (work: Promise<void>) =>
  attempt(work.then(() => tell('done', t('pictures.copied'), 'copied')));

function exportParts({ nodeId }: ViewPlace): (string | undefined)[] {
  const { name, nodes } = useDocument.getState();
  return [name, Object.hasOwn(nodes, nodeId) ? nodeName(nodeId) : undefined];
}

function exportCsv({ items, place }: ActedOn): void {
  const hasScores = items.some(({ score }) => score !== undefined);
  saveFile(
    csvFile(
      ['path', 'category', ...(hasScores ? ['score'] : [])],
      items.map(({ item, score }) => [
        item.file ?? item.title,
        item.label ?? null,
        ...(hasScores ? [score ?? null] : []),
      ]),
    ),
    exportName([...exportParts(place), 'selection'], 'csv'),
  );
}

const exportZip = ({ items, place }: ActedOn, inFolders: boolean): Promise<void> =>
  downloadPictures(
    items.map(({ item }) => item),
    exportName(exportParts(place), 'zip'),
    inFolders,
  );

/** Every pair of a picture and a param that could search for it. Without such a param, the template for look-alikes. */
function queryChoices({ items, place }: ActedOn): ActionChoice[] {
  const targets = openQueryTargets();
  const isOne = items.length === 1;
  return items.flatMap(({ item }): ActionChoice[] => {
    const picture = baseName(item.title);
    if (targets.length === 0) {
      const folder = openFolderToSearch(place.nodeId, item);
      if (folder === undefined) return [];
      const title = isOne ? t('pictures.lookAlikes') : t('pictures.lookAlikesOf', { picture });
      return [{ title, run: () => attempt(findLookAlikes(item, folder)) }];
    }
    return targets.map((target) => ({
      title: isOne ? target.title : t('pictures.queryOf', { picture, target: target.title }),
      run: () => attempt(searchFor(item, target)),
    }));
  });
}

/** Sorts the selected pictures. A single picture is the first one of all pictures of its view. */
function sortIntoCategories({ items, place, area }: ActedOn): void {
  const [first] = items;
  const set = usedSet(place);
  const all = items.length === 1 && area ? allPictures(area.pages()) : items;
  sortPictures(place, withGuesses(place, [...only(all).values()]), {
    ...(items.length === 1 && first && { first: viewItemKey(first.item) }),
    ...(set !== undefined && { set }),
  });
}

/** The ids of actions that correct the categories of a result. */
export const CORRECTIONS = ['move', 'not', 'undoCorrection'] as const;

/** The most pictures to offer as a query. */
const MOST_QUERIES = 4;

/**
 * All actions, in the order of the menu. One more entry appears in every view, with its keys.
 */
export const PICTURE_ACTIONS: readonly PictureAction[] = [
  action({
    id: 'open',
    title: 'pictures.open',
    icon: Maximize2,
    group: 'open',
    keys: ['Enter'],
    when: ({ area, at }) => area !== undefined && at !== undefined,
    run: ({ area, at }) => area?.open(at ?? 0),
  }),
  {
    id: 'query',
    title: () => t('pictures.query'),
    icon: Search,
    group: 'open',
    keys: ['Q'],
    inBar: true,
    when: (on) => arePictures(on) && on.items.length <= MOST_QUERIES && queryChoices(on).length > 0,
    choices: queryChoices,
  },
  action({
    id: 'sort',
    title: ({ items }) =>
      items.length > 1 ? t('categories.sortSome', { count: items.length }) : t('categories.sort'),
    icon: Tags,
    group: 'open',
    keys: ['C'],
    inBar: true,
    when: arePictures,
    run: sortIntoCategories,
  }),
  {
    id: 'move',
    title: () => t('correct.move'),
    icon: Shapes,
    group: 'correct',
    keys: ['M'],
    inBar: true,
    when: (on) => arePictures(on) && canMove(on.place),
    choices: (on) => [
      ...categoriesOf(on.place).map((category) => ({
        title: category.name,
        category,
        run: () => moveTo(on.place, on.items, category),
      })),
      {
        title: t('correct.new'),
        run: () =>
          askName({
            title: t('correct.newTitle'),
            action: t('correct.move'),
            maxLength: 200,
            onName: (name) => moveToNamed(on.place, on.items, name),
          }),
      },
    ],
  },
  action({
    id: 'not',
    title: ({ place, items }) => shownText(place, items) ?? t('correct.notThis'),
    icon: ThumbsDown,
    group: 'correct',
    keys: ['X'],
    inBar: true,
    when: (on) => arePictures(on) && shownText(on.place, on.items) !== undefined,
    run: ({ place, items }) => ruleOutShown(place, items),
  }),
  action({
    id: 'undoCorrection',
    title: 'correct.undo',
    icon: Undo2,
    group: 'correct',
    keys: ['Mod+Z'],
    when: ({ place }) => canUndo(place.tab),
    run: ({ place }) => undoLast(place.tab),
  }),
  action({
    id: 'keep',
    title: ({ items }) => t('pictures.keep', { count: items.length }),
    icon: Bookmark,
    group: 'open',
    inBar: true,
    when: (on) => arePictures(on) && selectionParam(on.place.nodeId) !== undefined,
    run: ({ items, place }) =>
      attempt(
        keepSelection(
          place,
          items.map(({ item }) => item),
        ),
      ),
  }),
  action({
    id: 'copyPath',
    title: ({ items }) =>
      items.length === 1 ? t('pictures.copyPath') : t('pictures.copyPaths', { count: items.length }),
    icon: Copy,
    group: 'copy',
    keys: ['Mod+C'],
    when: arePictures,
    run: ({ items }) => copied(copyText(items.map(({ item }) => pathOf(item)).join('\n'))),
  }),
  action({
    id: 'copyText',
    title: 'pictures.copyText',
    icon: Copy,
    group: 'copy',
    keys: ['Mod+C'],
    when: areTexts,
    run: ({ items }) => copied(copyText(items.map(({ item }) => item.title).join('\n'))),
  }),
  action({
    id: 'copyPicture',
    title: 'pictures.copyPicture',
    icon: Clipboard,
    group: 'copy',
    when: (on) => single(on)?.picture !== undefined && copyPicture !== undefined,
    run: (on) => {
      const picture = single(on)?.picture;
      return picture && copyPicture && copied(copyPicture(picture));
    },
  }),
  action({
    id: 'showInFolder',
    title: 'pictures.showInFolder',
    icon: FolderOpen,
    group: 'file',
    when: (on) => 'ref' in (single(on)?.picture ?? {}),
    blocked: async () => ((await canShowFolders()) ? undefined : 'pictures.noDesktop'),
    run: (on) => {
      const picture = single(on)?.picture;
      return picture && 'ref' in picture && attempt(showFolder({ ref: picture.ref }));
    },
  }),
  action({
    id: 'download',
    title: 'pictures.download',
    icon: Download,
    group: 'file',
    when: (on) => single(on)?.picture !== undefined,
    run: (on) => {
      const item = single(on);
      if (item?.picture) downloadFrom(pictureUrl(item.picture), baseName(item.title));
    },
  }),
  {
    id: 'export',
    title: () => t('pictures.export'),
    icon: PackageOpen,
    group: 'file',
    inBar: true,
    when: arePictures,
    choices: (on) => [
      { title: t('pictures.exportZip'), run: () => attempt(exportZip(on, false)) },
      ...(haveCategories(on.items.map(({ item }) => item))
        ? [{ title: t('pictures.exportFolders'), run: () => attempt(exportZip(on, true)) }]
        : []),
      { title: t('pictures.exportCsv'), run: () => exportCsv(on) },
    ],
  },
  action({
    id: 'select',
    title: ({ items, own, place }) =>
      t(
        (own ? [own] : items).every(({ item }) => selectionOf(place.tab).picked.has(viewItemKey(item)))
          ? 'pictures.deselect'
          : 'pictures.select',
      ),
    icon: SquareCheck,
    group: 'select',
    keys: ['Space'],
    when: (on) => isSelectable(on) && arePictures(on),
    run: ({ place, items, own, at }) =>
      select(place, toggled(selectionOf(place.tab).picked, own ? [own] : items), at),
  }),
  action({
    id: 'selectAll',
    title: 'pictures.selectAll',
    icon: ImagePlus,
    group: 'select',
    keys: ['Mod+A'],
    when: (on) => isSelectable(on) && on.area !== undefined,
    run: ({ area }) => area && select(area, only(allPictures(area.pages())), null),
  }),
  action({
    id: 'invert',
    title: 'pictures.invert',
    icon: SquareDashed,
    group: 'select',
    keys: ['Mod+I'],
    when: (on) => isSelectable(on) && on.area !== undefined,
    run: ({ area }) =>
      area && select(area, inverted(selectionOf(area.tab).picked, allPictures(area.pages())), null),
  }),
  action({
    id: 'selectNone',
    title: 'pictures.selectNone',
    icon: SquareX,
    group: 'select',
    keys: ['Escape'],
    when: (on) => isSelectable(on) && hasSelection(on),
    run: ({ place }) => select(place, only([]), null),
  }),
  action({
    id: 'hide',
    title: 'pictures.hide',
    icon: EyeOff,
    group: 'view',
    keys: ['Delete', 'Backspace'],
    inBar: true,
    when: (on) => isSelectable(on) && arePictures(on),
    run: ({ place, items }) =>
      hide(
        place,
        items.map(({ item }) => item),
      ),
  }),
  action({
    id: 'showHidden',
    title: 'pictures.showHidden',
    icon: Eye,
    group: 'view',
    when: ({ place }) => (selectionOf(place.tab).hidden[place.nodeId]?.size ?? 0) > 0,
    run: ({ place }) => showHidden(place),
  }),
];

/** The actions that apply to pictures, in the order of the menu. */
export const actionsFor = (on: ActedOn): PictureAction[] =>
  PICTURE_ACTIONS.filter(({ id, when }) => !on.area?.without.has(id) && (when?.(on) ?? true));
