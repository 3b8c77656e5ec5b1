// By which names this server is reached: for cookies, for requests of other sites, and the header
// that carries the client's address.

/**
 * Where the HTTP edge puts the client's address for better-auth's rate limit; it overwrites what a
 * client sent.
 */
export const clientAddressHeader = 'x-prewatt-client-address';

/** Browsers give one host's cookies to each of its ports: two servers on one machine keep apart. */
export function cookiePrefix(publicUrl: string): string {
  const url = new URL(publicUrl);
  return isLoopback(url) ? `prewatt-${url.port}` : 'prewatt';
}

const isLoopback = (url: URL): boolean =>
  url.hostname === 'localhost' || url.hostname === '127.0.0.1';

/** Only this machine reaches it by that name: a demo, a trial. */
export const isReachedHereOnly = (publicUrl: string): boolean => isLoopback(new URL(publicUrl));

/** A loopback address is reached by more than one name. */
export function trustedOrigins(publicUrl: string): string[] {
  const url = new URL(publicUrl);
  if (!isLoopback(url)) return [url.origin];
  return ['localhost', '127.0.0.1'].map((name) => {
    const other = new URL(url);
    other.hostname = name;
    return other.origin;
  });
}
