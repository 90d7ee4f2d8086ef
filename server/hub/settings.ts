import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { readRegularSync } from '../runtime/files/regular-file.ts';
import { type ProxySettings, proxySettings } from './proxy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How to reach the hub, from the environment variables of Hugging Face's own programs. */
export interface HubSettings {
  /** The address of the hub, without a slash at the end of its path. */
  readonly endpoint: URL;
  /** Whether `HF_ENDPOINT` names another host than huggingface.co. */
  readonly isMirror: boolean;
  readonly token?: string;
  readonly offline: boolean;
  /** The cache that Python programs share, with `models--org--name` folders. */
  readonly cacheFolder: string;
  readonly proxies: ProxySettings;
  /** A connection that receives almost nothing for this long is closed, in milliseconds. */
  readonly stallMs: number;
  /** How many tries in a row may fail without progress. */
  readonly tries: number;
  /** Milliseconds before the second try; the pause doubles each time. */
  readonly pauseMs: number;
}

const isTrue = (value: string | undefined) => /^(1|true|yes|on)$/i.test(value ?? '');
const positive = (value: string | undefined, otherwise: number) => {
  const number = Number(value);
  return number > 0 ? number : otherwise;
};

function readToken(env: Environment, home: string): string | undefined {
  const named = env.HF_TOKEN ?? env.HUGGING_FACE_HUB_TOKEN;
  if (named?.trim()) return named.trim();
  try {
    return readRegularSync(env.HF_TOKEN_PATH ?? join(home, 'token'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function readEndpoint(written: string): URL {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new PatchbayError(hubMessage('hub.endpoint', { value: written }));
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/**
 * Reads the settings from the environment: `HF_ENDPOINT`, `HF_TOKEN` or the token file under `HF_HOME`, `HF_HUB_OFFLINE`,
 * `HF_HUB_CACHE`, `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`.
 * @throws PatchbayError `hub.endpoint`, `hub.proxy-address`
 */
export function hubSettings(env: Environment = process.env): HubSettings {
  const home = resolve(env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface'));
  const endpoint = readEndpoint(env.HF_ENDPOINT || 'https://huggingface.co');
  return {
    endpoint,
    isMirror: endpoint.host !== 'huggingface.co',
    token: readToken(env, home),
    offline: isTrue(env.HF_HUB_OFFLINE),
    cacheFolder: resolve(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub')),
    proxies: proxySettings(env),
    // The variable that Hugging Face's Python library uses, in seconds.
    stallMs: 1000 * positive(env.HF_HUB_DOWNLOAD_TIMEOUT, 30),
    tries: 6,
    pauseMs: 500,
  };
}
