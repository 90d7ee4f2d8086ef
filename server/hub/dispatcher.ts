import type { Dispatcher, request } from 'undici';
import type { HubSettings } from './settings.ts';

/** Sends requests. */
interface Sender {
  readonly dispatcher: Dispatcher;
  readonly request: typeof request;
}

const senders = new Map<string, Promise<Sender>>();

/** The sender for these settings and their proxies. It keeps connections open for later requests. */
export function dispatcherOf({ proxies, stallMs }: HubSettings): Promise<Sender> {
  const key = JSON.stringify([proxies, stallMs]);
  const known = senders.get(key);
  if (known) return known;
  const made = open(proxies, stallMs);
  senders.set(key, made);
  return made;
}

async function open({ http, https, none }: HubSettings['proxies'], stallMs: number): Promise<Sender> {
  // Loaded at the first request, because most commands need no network.
  const { EnvHttpProxyAgent, request } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({
    ...{ httpProxy: http, httpsProxy: https, noProxy: none },
    connect: { timeout: stallMs },
    // Plain HTTP is forwarded without a tunnel, because most proxies allow tunnels to port 443 only.
    proxyTunnel: false,
  });
  return { dispatcher, request };
}
