import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { requestMessage } from '../contract/messages/requests.ts';
import { errorBody, HttpError } from './http-error.ts';

/** Within this time a request must bring {@link LEAST_BYTES}, in milliseconds. */
const WINDOW_MS = 25_000;
/** 2.5 KB a second: less than any network in use, and far more than a client that only holds its connection. */
const LEAST_BYTES = 64 * 1024;

/** Ends requests whose bodies come so slowly that they only hold a connection. @param windowMs for tests */
export function endSlowBodies(server: Server, windowMs = WINDOW_MS): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    let before = socket.bytesRead;
    const timer = setInterval(() => {
      const got = socket.bytesRead - before;
      before = socket.bytesRead;
      if (request.complete) clearInterval(timer);
      else if (got < LEAST_BYTES) {
        clearInterval(timer);
        if (!response.headersSent) {
          const body = JSON.stringify(errorBody(new HttpError(408, requestMessage('request.slow'))));
          response.writeHead(408, { 'Content-Type': 'application/json', Connection: 'close' });
          response.end(body);
        }
        socket.destroySoon();
      }
    }, windowMs).unref();
    const stop = () => clearInterval(timer);
    request.once('end', stop);
    request.once('close', stop);
  });
}
