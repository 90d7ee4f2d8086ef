import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The public range of IPv6. Addresses outside of it may contain IPv4 addresses (`::127.0.0.1`), or are no longer in
 * use.
 */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an IP address is on the public internet or in `allowAddresses`. */
export function isAllowed(address: string, allowAddresses: readonly string[] = []): boolean {
  if (allowAddresses.includes(address)) return true;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_IPV6);
}

/**
 * Resolves host names and refuses a name when one of its addresses is not allowed. The connection uses the checked addresses.
 * Node does not call it for addresses written as numbers; `fetchPicture` checks those.
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
