import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { errorFields, type Log } from '../log.ts';
import { docsPage } from './docs-page.ts';
import type { Gate } from './gate/gate.ts';
import { securityHeaders } from './headers.ts';
import { errorBody, HttpError, toHttpError } from './http-error.ts';
import type { OpenApi } from './openapi.ts';
import { mount, type Route } from './route.ts';
import { type AccessPolicy, refusalOf, TOKEN_COOKIE } from './security.ts';

/** What an app is made of. */
export interface AppOptions {
  readonly policy: AccessPolicy;
  readonly routes: readonly Route[];
  readonly api: OpenApi;
  readonly gate: Gate;
  readonly log: Log;
  /** The built editor; absent where there is none. */
  readonly clientFolder?: string;
}

const HOME = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Patchbay</title></head><body>
<h1>Patchbay is running</h1><p>This installation has no editor. The <a href="/api/docs">HTTP interface</a> is all there.</p></body></html>`;

function only(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Everything is checked here first, pages and files included. */
function guard(policy: AccessPolicy, log: Log) {
  return (request: Request, response: Response, next: NextFunction) => {
    const queryToken = only(request.query.token);
    const { headers, method } = request;
    const refused = refusalOf({ headers, method, queryToken }, policy);
    if (refused) {
      const { status, ...details } = refused;
      log.warn('request refused', { code: refused.code, method, got: refused.got });
      if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="patchbay"');
      throw new HttpError(status, details);
    }
    // The printed address opens a page: from there on the browser keeps the token, out of addresses and scripts.
    if (queryToken !== undefined && method === 'GET' && request.path === '/') {
      response.cookie(TOKEN_COOKIE, queryToken, {
        httpOnly: true,
        sameSite: 'strict',
        maxAge: 30 * 86_400_000,
      });
      response.redirect(303, '/');
      return;
    }
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
  // Express knows an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    // Who left while he was speaking is no fault of ours, and hears nothing any more.
    if (request.destroyed && !request.complete) {
      response.destroy();
      return;
    }
    const known = fromExpress(error) ?? toHttpError(error);
    if (known.status >= 500)
      log.error('request failed', { path: request.path, ...errorFields(known.cause ?? known) });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What is left of a body that was not read would be taken for the next request.
    if (!request.readableEnded && !request.complete) response.setHeader('Connection', 'close');
    response.status(known.status).json(errorBody(known));
  };
}

/** Errors of Express itself: an address that cannot be decoded. */
function fromExpress(error: unknown): HttpError | undefined {
  if (!(error instanceof URIError)) return undefined;
  return new HttpError(
    400,
    { code: 'request.path', message: 'The address is not well-formed.' },
    { cause: error },
  );
}

/** The HTTP side of a server: checks, routes, and one shape for every error. */
export function createApp({ policy, routes, api, gate, log, clientFolder }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', false);
  app.use(logged(log), securityHeaders(), guard(policy, log));
  const page = docsPage(api);
  app.get('/api/openapi.json', (_request, response) => void response.json(api));
  app.get('/api/docs', (_request, response) => void response.type('html').send(page));
  app.use('/api', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
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
      ? new HttpError(405, {
          code: 'request.method',
          message: `${request.path} does not take ${request.method}.`,
        })
      : new HttpError(404, {
          code: 'request.not-found',
          message: 'There is nothing at this address. GET /api/docs lists what there is.',
        });
  });
  app.use(answerError(log));
  return app;
}
