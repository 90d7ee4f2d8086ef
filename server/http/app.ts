import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Message } from '../../nodes/sdk/index.ts';
import { requestMessage } from '../contract/messages/requests.ts';
import { errorFields, type Log } from '../log.ts';
import { docsPage } from './docs-page.ts';
import type { Gate } from './gate/gate.ts';
import { securityHeaders } from './headers.ts';
import { errorBody, HttpError, toHttpError } from './http-error.ts';
import type { OpenApi } from './openapi.ts';
import { mount, type Route } from './route.ts';
import { type AccessPolicy, refusalOf } from './security.ts';
import { isForPeople, isTokenForm, letIn, sendTokenPage, tokenForm } from './token-page.ts';

/** The parts of an app. */
export interface AppOptions {
  readonly policy: AccessPolicy;
  readonly routes: readonly Route[];
  readonly api: () => OpenApi;
  readonly gate: Gate;
  readonly log: Log;
  /** Why nothing can be written at the moment; undefined otherwise. */
  readonly refuseWrites: () => Message | undefined;
  /** The built editor; absent if it was not built. */
  readonly clientFolder?: string;
}

const HOME = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Patchbay</title></head><body>
<h1>Patchbay is running</h1><p>This installation has no editor. The <a href="/api/docs">HTTP interface</a> is complete.</p></body></html>`;

function only(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Checks every request first, including pages and files. */
function guard(policy: AccessPolicy, log: Log) {
  const { token } = policy;
  const takeToken = token === undefined ? undefined : tokenForm(token);
  return (request: Request, response: Response, next: NextFunction) => {
    const queryToken = only(request.query.token);
    const { headers, method } = request;
    const refused = refusalOf({ headers, method, queryToken }, policy);
    if (takeToken && isTokenForm(request) && refused?.status !== 403) return takeToken(request, response);
    if (refused) {
      const { status, ...details } = refused;
      log.warn('request refused', { code: refused.code, method, got: refused.got });
      if (status === 401) {
        response.setHeader('WWW-Authenticate', 'Bearer realm="patchbay"');
        const refusal = queryToken === undefined ? undefined : 'wrong';
        if (isForPeople(request)) return sendTokenPage(request, response, refusal);
      }
      throw new HttpError(status, details);
    }
    // The printed address has the token.
    if (queryToken !== undefined && method === 'GET' && request.path === '/')
      return letIn(response, queryToken);
    next();
  };
}

function logged(log: Log) {
  return (request: Request, response: Response, next: NextFunction) => {
    const start = performance.now();
    const { method, path } = request;
    response.on('close', () => {
      if (method === 'GET' && response.statusCode < 400) return;
      const fields = { method, path: path.slice(0, 200), status: response.statusCode };
      log.info('request', { ...fields, ms: Math.round(performance.now() - start) });
    });
    next();
  };
}

function answerError(log: Log) {
  // Express recognises an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    // The client closed the connection while sending: not an error of the server, and nobody reads an answer.
    if (request.destroyed && !request.complete) {
      response.destroy();
      return;
    }
    const known = fromExpress(error) ?? toHttpError(error, !['GET', 'HEAD'].includes(request.method));
    if (known.status >= 500)
      log.error('request failed', { path: request.path, ...errorFields(known.cause ?? known) });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // Otherwise the rest of an unread body would be read as the next request.
    if (!request.readableEnded && !request.complete) response.setHeader('Connection', 'close');
    response.status(known.status).json(errorBody(known));
  };
}

/** The error that Express throws for an address that it cannot decode. */
function fromExpress(error: unknown): HttpError | undefined {
  if (!(error instanceof URIError)) return undefined;
  return new HttpError(400, requestMessage('request.path'), { cause: error });
}

/** Makes the HTTP app of a server: checks, routes, and one shape for every error. */
export function createApp({
  policy,
  routes,
  api,
  gate,
  log,
  refuseWrites,
  clientFolder,
}: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', false);
  app.use(logged(log), securityHeaders(), guard(policy, log));
  app.get('/api/openapi.json', (_request, response) => void response.json(api()));
  app.get('/api/docs', (_request, response) => void response.type('html').send(docsPage(api())));
  app.use('/api', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use((request, _response, next) => {
    const refused = request.method === 'GET' ? undefined : refuseWrites();
    if (refused) throw new HttpError(503, refused);
    next();
  });
  mount(app, routes, gate);
  if (clientFolder !== undefined) {
    app.use(express.static(clientFolder, { index: 'index.html', dotfiles: 'ignore', redirect: false }));
  } else {
    app.get('/', (_request, response) => void response.type('html').send(HOME));
  }
  app.use((request) => {
    const known = routes.some(({ contract }) => contract.path === request.path);
    throw known
      ? new HttpError(405, requestMessage('request.method', { path: request.path, method: request.method }))
      : new HttpError(404, requestMessage('request.not-found'));
  });
  app.use(answerError(log));
  return app;
}
