import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Where IPv6's public addresses are; what lies outside embeds others (`::127.0.0.1`) or is no longer used. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is on the public internet, or is one of `allowAddresses`. */
export function isAllowed(address: string, allowAddresses: readonly string[] = []): boolean {
  if (allowAddresses.includes(address)) return true;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_IPV6);
}

/**
 * Resolves names, and refuses those of which any answer is not allowed: the connection goes to what was checked here.
 * Node does not ask it for addresses written as numbers; those are checked before.
 */
export function checkedLookup(
  lookup: LookupFunction = systemLookup as LookupFunction,
  allowAddresses: readonly string[] = [],
): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, options, (error, answer, family) => {
      const addresses = typeof answer === 'string' ? [answer] : (answer ?? []).map(({ address }) => address);
      const refused = error ? undefined : addresses.find((address) => !isAllowed(address, allowAddresses));
      callback(refused === undefined ? error : new Error(`${refused} is not allowed`), answer, family);
    });
}
