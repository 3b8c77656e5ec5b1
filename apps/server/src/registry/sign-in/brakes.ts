// How often somebody may try a secret or have a message sent. Counted in the database by its own
// clock, so that several servers count together and a restart forgets nothing.

import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type pg from 'pg';

export type Brake = {
  /** Tries that wait for nothing. */
  readonly free: number;
  /** The wait after the last free try; it doubles with each further one. */
  readonly waitSeconds: number;
  readonly longestWaitSeconds: number;
  /** When all tries are forgotten. */
  readonly forgetSeconds: number;
  /** Whether that counts from the last try, and not from the first. */
  readonly slides: boolean;
};

/** So many in a stretch of time, then none until it is over. */
export const cap = (most: number, seconds: number): Brake => ({
  free: most,
  waitSeconds: seconds,
  longestWaitSeconds: seconds,
  forgetSeconds: seconds,
  slides: false,
});

export type Brakes = ReturnType<typeof createBrakes>;

const knownForSeconds = 60 * 24 * 3600;

export function createBrakes(pool: pg.Pool) {
  return {
    /**
     * Counts a try before it is made, so that tries at the same time count, too. Null when it may
     * be made, or how many seconds to wait; then it was not counted.
     */
    take: async (key: string, brake: Brake): Promise<number | null> => {
      const { free, waitSeconds, longestWaitSeconds, forgetSeconds, slides } = brake;
      const taken = await pool.query(takeSql, [
        ...[key, free, waitSeconds, longestWaitSeconds, forgetSeconds, slides],
      ]);
      if (taken.rowCount === 1) return null;
      const { rows } = await pool.query<{ seconds: number }>(
        `SELECT ceil(extract(epoch FROM least(next_at, forgotten_at) - now()))::int AS seconds
         FROM auth.brakes WHERE key = $1`,
        [key],
      );
      return Math.max(1, rows[0]?.seconds ?? 1);
    },

    /** A try that turned out well is taken off the count. */
    giveBack: async (key: string, brake: Brake): Promise<void> => {
      await pool.query(giveBackSql, [
        ...[key, brake.free, brake.waitSeconds, brake.longestWaitSeconds],
      ]);
    },

    /** Forgets all tries. */
    release: async (keys: readonly string[]): Promise<void> => {
      await pool.query('DELETE FROM auth.brakes WHERE key = ANY($1)', [keys]);
    },

    /** Whether this person has signed in from this address lately. */
    isKnown: async (key: string): Promise<boolean> => {
      const { rowCount } = await pool.query(
        'SELECT FROM auth.brakes WHERE key = $1 AND forgotten_at > now()',
        [`known|${key}`],
      );
      return rowCount === 1;
    },

    /** Deletes what would be forgotten anyhow. */
    sweep: async (): Promise<void> => {
      await pool.query('DELETE FROM auth.brakes WHERE forgotten_at < now()');
    },

    remember: async (key: string): Promise<void> => {
      await pool.query(
        `INSERT INTO auth.brakes (key, tries, next_at, forgotten_at)
         VALUES ($1, 0, now(), now() + $2 * interval '1 second')
         ON CONFLICT (key) DO UPDATE SET forgotten_at = excluded.forgotten_at`,
        [`known|${key}`, knownForSeconds],
      );
    },
  };
}

// With n tries made, the next may be made after nothing, or the wait doubled n - free times.
const waitAfter = (tries: string): string =>
  `CASE WHEN ${tries} < $2::int THEN interval '0'
     ELSE least($4::float8, $3::float8 * 2 ^ least(${tries} - $2::int, 40)) * interval '1 second'
   END`;

const takeSql = `INSERT INTO auth.brakes AS b (key, tries, next_at, forgotten_at)
  VALUES ($1, 1, now() + ${waitAfter('1')}, now() + $5 * interval '1 second')
  ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN b.forgotten_at <= now() THEN 1 ELSE b.tries + 1 END,
    next_at = now() + CASE WHEN b.forgotten_at <= now() THEN ${waitAfter('1')}
      ELSE ${waitAfter('b.tries + 1')} END,
    forgotten_at = CASE WHEN $6::boolean OR b.forgotten_at <= now()
      THEN excluded.forgotten_at ELSE b.forgotten_at END
  WHERE b.forgotten_at <= now() OR b.next_at <= now()`;

const giveBackSql = `UPDATE auth.brakes AS b SET tries = tries - 1,
    next_at = least(next_at, now() + ${waitAfter('b.tries - 1')})
  WHERE key = $1 AND tries > 0`;

/** A name of somebody that is not kept: what is typed there may be a password. */
export const hidden = (text: string): string =>
  createHash('sha256').update(text.trim().toLowerCase()).digest('base64url').slice(0, 22);

/** One client: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function clientOf(address: string): string {
  if (!isIPv6(address)) return address.slice(0, 64);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = [...left, ...(address.includes('::') ? zeros : []), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::`;
}
