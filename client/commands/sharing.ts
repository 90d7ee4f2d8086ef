import { workflowOf } from '../document/content.ts';
import { portable } from '../document/paths.ts';
import { saveNow, workflowFile } from '../document/session.ts';
import { contentOfTab, type Tab, useTabs } from '../document/tabs.ts';
import { getHealth } from '../ui/api/about.ts';
import { descriptorOf } from '../ui/api/catalogue.ts';
import { addressOf } from '../ui/api/http.ts';
import { downloadFrom, saveFile } from '../ui/browser-files.ts';
import { copyText as toClipboard } from '../ui/copy.ts';
import { sentencesText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { tell } from '../ui/tell.ts';
import { type CopyForm, copyText, type PresentInput } from './copy-as.ts';

const activeTab = (): Tab | undefined => {
  const { active, tabs } = useTabs.getState();
  return tabs.find(({ key }) => key === active);
};

/** Saves the active workflow, because scripts and archives take the saved one. @returns its id; undefined if that failed */
async function savedId(): Promise<string | undefined> {
  await saveNow();
  const tab = activeTab();
  if (!tab) return undefined;
  if (tab.workflowId !== null && !tab.dirty) return tab.workflowId;
  const problem = tab.problem === null ? t('tabs.unsaved') : told(tab.problem);
  tell('error', t('share.notSaved', { problem }));
  return undefined;
}

/** Downloads the active workflow as a file, without the pictures that it reads. */
export async function downloadWorkflow(): Promise<void> {
  const { name, text } = await workflowFile();
  saveFile(new Blob([text], { type: 'application/json' }), name);
}

/** Downloads the active workflow with the pictures and files that it reads. */
export async function shareWithFiles(): Promise<void> {
  const id = await savedId();
  if (id !== undefined) downloadFrom(addressOf('shareWorkflow', { id }), '');
}

/** Copies a text that runs the active workflow with its present inputs outside of the studio. */
export async function copyAs(form: CopyForm): Promise<void> {
  const id = await savedId();
  const content = contentOfTab(activeTab()?.key ?? '');
  if (id === undefined || !content) return;
  try {
    const [health, workflow] = await Promise.all([getHealth(), portable(workflowOf(content))]);
    const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
    const inputs = (workflow.inputs ?? []).flatMap(({ name, node: at, param }): PresentInput[] => {
      const node = nodes.get(at);
      if (!node) return [];
      const spec = descriptorOf(node.type)?.params.find((one) => one.name === param);
      const value = node.params?.[param] ?? spec?.default;
      return value === undefined ? [] : [{ name, value, type: spec?.type }];
    });
    const { needsToken, dataFolder, programFolder } = health;
    const address = location.origin;
    const source = { address, id, needsToken, workflow, inputs, dataFolder, programFolder };
    await toClipboard(copyText(form, source));
    const more =
      form === 'shell'
        ? programFolder === undefined
          ? [t('share.inFolder')]
          : []
        : needsToken
          ? [t('share.setToken')]
          : [];
    tell('done', sentencesText([t('share.copied', { form: t(`share.form.${form}`) }), ...more]));
  } catch (error) {
    tell('error', t('share.notCopied', { reason: told(messageOf(error)) }));
  }
}
