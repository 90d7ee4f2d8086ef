import type { OpenApi, Operation } from './openapi.ts';

const html = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const prose = (text: string) => html(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font:14px/1.4 ui-monospace,monospace}pre{overflow:auto;padding:.75rem;border:1px solid #8884;border-radius:6px}
h2{margin-top:2.5rem;border-bottom:1px solid #8884}h3 code{font-size:1rem}summary{cursor:pointer}
td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}.method{display:inline-block;min-width:4rem}`;

function schemaName(content: unknown): string {
  const [type, media] =
    Object.entries((content ?? {}) as Record<string, { schema?: { $ref?: string } }>)[0] ?? [];
  if (type === undefined) return '';
  const name = media?.schema?.$ref?.split('/').at(-1);
  return name ? `<a href="#${name}"><code>${name}</code></a>` : `<code>${html(type)}</code>`;
}

function operation(path: string, method: string, op: Operation): string {
  const params = op.parameters.map(
    ({ name, in: where, description = '' }) =>
      `<tr><td><code>${html(name)}</code></td><td>${where}</td><td>${prose(description)}</td></tr>`,
  );
  const answers = Object.entries(op.responses).map(
    ([status, { description, content }]) =>
      `<tr><td>${status}</td><td>${prose(description)}</td><td>${schemaName(content)}</td></tr>`,
  );
  const body = (op.requestBody as { content?: unknown } | undefined)?.content;
  return `<section id="${op.operationId}"><h3><code><span class="method">${method.toUpperCase()}</span> ${html(path)}</code></h3>
<p><strong>${prose(op.summary)}.</strong> ${prose(op.description ?? '')}</p>
${params.length > 0 ? `<table>${params.join('')}</table>` : ''}${body ? `<p>Body: ${schemaName(body)}</p>` : ''}
<table>${answers.join('')}</table></section>`;
}

/** Turns the OpenAPI description into a web page without scripts. */
export function docsPage(api: OpenApi): string {
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, op]) => ({ path, method, op })),
  );
  const tags = [...new Set(all.flatMap(({ op }) => op.tags))];
  const sections = tags.map((tag) => {
    const own = all.filter(({ op }) => op.tags.includes(tag));
    return `<h2>${html(tag)}</h2>${own.map(({ path, method, op }) => operation(path, method, op)).join('')}`;
  });
  const schemas = Object.entries(api.components.schemas).map(
    ([name, schema]) =>
      `<details id="${name}"><summary><code>${name}</code></summary><pre>${html(JSON.stringify(schema, null, 2))}</pre></details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Patchbay: HTTP interface</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<h1>Patchbay: HTTP interface</h1><p>${prose(api.info.description)}</p>
<p>Version ${html(api.info.version)}. For programs: <a href="/api/openapi.json">openapi.json</a>.</p>
${sections.join('')}<h2>Messages</h2>${schemas.join('')}</body></html>`;
}
