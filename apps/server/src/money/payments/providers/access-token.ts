// A provider's access token, asked for once and kept until shortly before it ends. When the
// provider says that it is no good, the next call asks for a new one.

import type { Answered } from '@prewatt/rails';

export type AccessToken = {
  /** Null when the provider gave none. */
  readonly get: () => Promise<string | null>;
  readonly forget: () => void;
};

const beforeTheEndMs = 30_000;

export function createAccessToken(o: {
  readonly ask: () => Promise<Answered>;
  readonly nowMs: () => number;
}): AccessToken {
  let kept: { readonly token: string; readonly untilMs: number } | null = null;
  let asking: Promise<string | null> | null = null;

  const ask = async (): Promise<string | null> => {
    const answer = await o.ask();
    const read = readToken(answer);
    kept = read === null ? null : { token: read.token, untilMs: o.nowMs() + read.forMs };
    return read?.token ?? null;
  };

  return {
    get: () => {
      if (kept !== null && o.nowMs() < kept.untilMs - beforeTheEndMs) {
        return Promise.resolve(kept.token);
      }
      // Calls that come together share one question.
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    forget: () => {
      kept = null;
    },
  };
}

function readToken({ httpStatus, raw }: Answered): { token: string; forMs: number } | null {
  if (httpStatus === null || httpStatus >= 300) return null;
  try {
    const { access_token: token, expires_in: seconds } = JSON.parse(Buffer.from(raw).toString());
    // Seconds come as a number or as text, by the rail.
    const forMs = Number(seconds) * 1000;
    return typeof token === 'string' && token !== '' && forMs > 0 ? { token, forMs } : null;
  } catch {
    return null;
  }
}
