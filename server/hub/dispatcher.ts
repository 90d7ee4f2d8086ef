import type { Dispatcher, request } from 'undici';
import type { HubSettings } from './settings.ts';

/** How requests are sent. */
interface Sender {
  readonly dispatcher: Dispatcher;
  readonly request: typeof request;
}

const senders = new Map<string, Promise<Sender>>();

/** What sends requests as the settings say, through proxies where they are named; connections are kept for the next one. */
export function dispatcherOf({ proxies, stallMs }: HubSettings): Promise<Sender> {
  const key = JSON.stringify([proxies, stallMs]);
  const known = senders.get(key);
  if (known) return known;
  const made = open(proxies, stallMs);
  senders.set(key, made);
  return made;
}

async function open({ http, https, none }: HubSettings['proxies'], stallMs: number): Promise<Sender> {
  // Loaded when something is asked: the command line mostly is about what is here.
  const { EnvHttpProxyAgent, request } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({
    ...{ httpProxy: http, httpsProxy: https, noProxy: none },
    connect: { timeout: stallMs },
    // Plain HTTP is forwarded; most proxies let nothing but port 443 through a tunnel.
    proxyTunnel: false,
  });
  return { dispatcher, request };
}
