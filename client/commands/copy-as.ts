import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { serializeWorkflow } from '../../workflows/serialize.ts';
import type { Workflow } from '../../workflows/workflow.ts';

/** The forms in which a workflow can be copied, to run it outside of the studio. */
export const COPY_FORMS = ['shell', 'curl', 'python', 'typescript', 'powershell'] as const;
/** A form of {@link COPY_FORMS}. */
export type CopyForm = (typeof COPY_FORMS)[number];

/** A named input of a workflow with its present value. */
export interface PresentInput {
  readonly name: string;
  readonly value: unknown;
  readonly type: ParamDescriptor['type'] | undefined;
}

/** What the copied text calls. */
export interface CopySource {
  /** The address of the server, without a slash at its end. */
  readonly address: string;
  /** The id of the saved workflow. */
  readonly id: string;
  /** Whether the server wants a token. The token itself is never copied. */
  readonly needsToken: boolean;
  /** The workflow with portable paths, for a form that needs no server. */
  readonly workflow: Workflow;
  readonly inputs: readonly PresentInput[];
  /** The data folder of the server, if it is not the usual one: there are its models and uploads. */
  readonly dataFolder?: string;
  /** The folder of Patchbay, where `npx patchbay` is. */
  readonly programFolder?: string;
}

/** A text as one word of a POSIX shell: nothing inside single quotes has a meaning, except the quote itself. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A text as one word of PowerShell, for which curly quotes are quotes, too. */
export const powershellWord = (text: string): string => `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;

/** A value of JSON as Python writes it. */
export function pythonValue(value: unknown, indent = ''): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}    `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((one) => pythonValue(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${pythonValue(one, inner)}`);
  return parts.length === 0
    ? `${open}${close}`
    : `${open}\n${inner}${parts.join(`,\n${inner}`)},\n${indent}${close}`;
}

const inputsOf = ({ inputs }: CopySource) =>
  Object.fromEntries(inputs.map(({ name, value }): [string, unknown] => [name, value]));
const runAddress = ({ address, id }: CopySource) => `${address}/api/workflows/${encodeURIComponent(id)}/run`;

/** The value as `--input` reads it. */
function typed({ value, type }: PresentInput): string {
  return typeof value === 'string' && (type === 'string' || type === 'choice' || type === undefined)
    ? value
    : JSON.stringify(value);
}

/** The line after the workflow. It cannot be a line of JSON. */
const END = 'PATCHBAY';

function shell(source: CopySource): string {
  const inputs = source.inputs.map((input) => ` \\\n  --input ${shellWord(`${input.name}=${typed(input)}`)}`);
  const data = source.dataFolder === undefined ? '' : `PATCHBAY_DATA=${shellWord(source.dataFolder)} `;
  const folder = source.programFolder === undefined ? '' : `cd ${shellWord(source.programFolder)} &&\n`;
  return `${folder}${data}npx patchbay run -${inputs.join('')} <<'${END}'\n${serializeWorkflow(source.workflow)}${END}\n`;
}

function curl(source: CopySource): string {
  const token = source.needsToken ? ` \\\n  -H "Authorization: Bearer $PATCHBAY_TOKEN"` : '';
  const body = JSON.stringify({ inputs: inputsOf(source) });
  return `curl -sS ${shellWord(runAddress(source))} \\\n  -H 'Content-Type: application/json'${token} \\\n  -d ${shellWord(body)}\n`;
}

function python(source: CopySource): string {
  const headers = source.needsToken
    ? '{"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["PATCHBAY_TOKEN"]}'
    : '{"Content-Type": "application/json"}';
  return `import json
${source.needsToken ? 'import os\n' : ''}import sys
import urllib.error
import urllib.request

inputs = ${pythonValue(inputsOf(source))}

request = urllib.request.Request(
    ${JSON.stringify(runAddress(source))},
    data=json.dumps({"inputs": inputs}).encode(),
    headers=${headers},
)
try:
    with urllib.request.urlopen(request) as response:
        run = json.load(response)
except urllib.error.HTTPError as error:
    try:
        message = json.load(error)["error"]["message"]
    except (ValueError, LookupError, TypeError):
        message = str(error)
    sys.exit(message.replace("*", ""))
except urllib.error.URLError as error:
    sys.exit(f"Patchbay does not respond: {error.reason}")

# A partial run has the results of the nodes that ran; its message goes to stderr.
if run["status"] != "completed":
    print((run.get("message") or f"The run is {run['status']}.").replace("*", ""), file=sys.stderr)
if run["status"] in ("completed", "partial"):
    print(json.dumps(run["outputs"], indent=2))
sys.exit(0 if run["status"] == "completed" else 1)
`;
}

function typescript(source: CopySource): string {
  const token = source.needsToken ? '\n    Authorization: "Bearer " + process.env.PATCHBAY_TOKEN,' : '';
  return `const inputs = ${JSON.stringify(inputsOf(source), null, 2)};

const response = await fetch(${JSON.stringify(runAddress(source))}, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',${token}
  },
  body: JSON.stringify({ inputs }),
});
const run = await response.json();
if (!response.ok) {
  console.error(String(run.error?.message ?? response.statusText).replaceAll('*', ''));
  process.exit(1);
}
// A partial run has the results of the nodes that ran; its message goes to stderr.
if (run.status !== 'completed') {
  console.error(String(run.message ?? 'The run is ' + run.status + '.').replaceAll('*', ''));
  process.exitCode = 1;
}
if (run.status === 'completed' || run.status === 'partial') console.log(JSON.stringify(run.outputs, null, 2));
`;
}

function powershell(source: CopySource): string {
  const token = source.needsToken ? ' `\n  -Headers @{ Authorization = "Bearer $env:PATCHBAY_TOKEN" }' : '';
  const body = powershellWord(JSON.stringify({ inputs: inputsOf(source) }));
  // As bytes, because older versions would send the text in another encoding.
  return `$run = Invoke-RestMethod ${powershellWord(runAddress(source))} -Method Post \`
  -ContentType 'application/json'${token} \`
  -Body ([Text.Encoding]::UTF8.GetBytes(${body}))
if ($run.status -ne 'completed') { Write-Error ($run.message -replace '\\*') }
$run.outputs | ConvertTo-Json -Depth 20
`;
}

const WRITERS: Readonly<Record<CopyForm, (source: CopySource) => string>> = {
  shell,
  curl,
  python,
  typescript,
  powershell,
};

/** A text that runs a workflow with its present inputs outside of the studio, and gives the same answer. */
export const copyText = (form: CopyForm, source: CopySource): string => WRITERS[form](source);
