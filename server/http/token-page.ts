import express, { type Request, type Response } from 'express';
import { type Message, type MessageLanguage, render, type Templates } from '../../nodes/sdk/messages.ts';
import { tokenPageMessage } from '../contract/messages/token-page.ts';
import { sameToken, TOKEN_COOKIE } from './security.ts';

/** Why the page is shown again; undefined at the first time. */
export type TokenRefusal = 'missing' | 'wrong';

const LANGUAGES = ['en', 'zh'] as const satisfies readonly MessageLanguage[];
const templates: Templates = tokenPageMessage.templates;

const html = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

// The colours of client/ui/theme/tokens.css: the page has no file of the studio, because all of them need the token.
const STYLE = `
:root{color-scheme:light dark;--page:#f3f4f7;--surface:#fff;--border:#868d99;--edge:#d5d8de;--text:#1d2129;--muted:#596170;--accent:#4f46e5;--on:#fff;--failed:#c81e3a}
@media (prefers-color-scheme:dark){:root{--page:#17191f;--surface:#1f2229;--border:#7d8593;--edge:#3a3f4a;--text:#e7e9ee;--muted:#a3abb8;--accent:#8f94ff;--on:#14161b;--failed:#ff7088}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:16px;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{width:100%;max-width:26rem;padding:28px;background:var(--surface);border:1px solid var(--edge);border-radius:12px}
header{display:flex;align-items:center;gap:10px;margin-bottom:16px;font-weight:600}
header svg{width:28px;height:28px}
h1{margin:0 0 8px;font-size:20px;line-height:1.3}
p{margin:0 0 16px;color:var(--muted)}
label{display:block;margin-bottom:4px;font-weight:600}
input{display:block;width:100%;padding:8px 10px;font:inherit;color:var(--text);background:var(--surface);border:1px solid var(--border);border-radius:6px}
input[aria-invalid]{border-color:var(--failed)}
p[role=alert]{margin:6px 0 0;color:var(--failed)}
button{width:100%;margin-top:16px;padding:9px;font:inherit;font-weight:600;color:var(--on);background:var(--accent);border:0;border-radius:6px;cursor:pointer}
input:focus-visible,button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code{font:13px ui-monospace,monospace}`;

// The icon of the studio, client/ui/theme/icon.svg.
const ICON =
  '<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#4f46e5"/><path d="M8 10c9 0 7 12 16 12" fill="none" stroke="#fff" stroke-width="2.5"/><circle cx="8" cy="10" r="3.2" fill="#f5b83d"/><path d="M24 17.5l4.5 4.5-4.5 4.5-4.5-4.5z" fill="#b79bff"/></svg>';

/** The page on which a browser asks for the token. It has no script. */
export function tokenPage(options: {
  readonly language: MessageLanguage;
  readonly refusal?: TokenRefusal | undefined;
  /** Where the form is sent; empty keeps the address with the part after its `#`. */
  readonly action: '' | '/';
}): string {
  const { language, refusal, action } = options;
  const say = (message: Message) =>
    html(render(message, language, ({ code }) => templates[code]?.[language]));
  const problem = refusal && say(tokenPageMessage(`token-page.${refusal}`));
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say(tokenPageMessage('token-page.title'))}</title><style>${STYLE}</style></head><body><main>
<header>${ICON}<span>Patchbay</span></header>
<h1>${say(tokenPageMessage('token-page.heading'))}</h1>
<p id="help">${say(tokenPageMessage('token-page.help'))}</p>
<form method="post"${action === '' ? '' : ` action="${action}"`}>
<label for="token">${say(tokenPageMessage('token-page.label'))}</label>
<input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" autofocus aria-describedby="help${problem ? ' problem' : ''}"${problem ? ' aria-invalid="true"' : ''}>
${problem ? `<p id="problem" role="alert">${problem}</p>` : ''}
<button type="submit">${say(tokenPageMessage('token-page.open'))}</button>
</form></main></body></html>`;
}

/** Whether a person looks at the answer: a browser that opens an address, not a script or a page that loads something. */
export const isForPeople = (request: Request): boolean =>
  request.method === 'GET' &&
  request.headers.authorization === undefined &&
  request.accepts(['json', 'html']) === 'html';

/** Answers with the page, as refused: scripts that see it by mistake know that they have no access. */
export function sendTokenPage(request: Request, response: Response, refusal?: TokenRefusal): void {
  const language = request.acceptsLanguages([...LANGUAGES]);
  response.status(401);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Vary', 'Accept, Accept-Language, Cookie');
  // With "no-referrer", browsers send the form with `Origin: null`, which is refused.
  response.setHeader('Referrer-Policy', 'same-origin');
  const page = tokenPage({
    language: LANGUAGES.find((known) => known === language) ?? 'en',
    refusal,
    action: request.path === '/' ? '' : '/',
  });
  response.type('html').send(page);
}

/** Keeps the token in a cookie, so that addresses and scripts do not have it, and opens the studio. */
export function letIn(response: Response, token: string): void {
  response.cookie(TOKEN_COOKIE, token, { httpOnly: true, sameSite: 'strict', maxAge: 30 * 86_400_000 });
  response.redirect(303, '/');
}

/** Whether a request is the form of the page. */
export const isTokenForm = (request: Request): boolean =>
  request.method === 'POST' &&
  request.path === '/' &&
  Boolean(request.is('application/x-www-form-urlencoded'));

/** Makes the handler of the form: it lets the sender in, or shows the page again and says what is wrong. */
export function tokenForm(token: string): (request: Request, response: Response) => void {
  const read = express.urlencoded({ extended: false, limit: '8kb', parameterLimit: 4 });
  return (request, response) =>
    read(request, response, (error?: unknown) => {
      const { token: sent } = (request.body ?? {}) as { readonly token?: unknown };
      const given = typeof sent === 'string' ? sent.trim() : '';
      if (!error && sameToken(given, token)) return letIn(response, token);
      // Otherwise the rest of an unread body would be read as the next request.
      if (error) response.setHeader('Connection', 'close');
      sendTokenPage(request, response, !error && given === '' ? 'missing' : 'wrong');
    });
}
