// A migrated database of its own for a town, and the URL under which the server's role sees it.

import { type TestDatabase, testDatabase } from '@prewatt/embedded-postgres';
import { migrateGuarded } from '@prewatt/server/life-cycles';

/**
 * Of a town's connections. Statements are planned once, at the beginning, when the few rows of a
 * table are one page; later they are many.
 */
export const townSettings = '-c synchronous_commit=off -c jit=off -c enable_seqscan=off';

export type TownDatabase = {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly drop: TestDatabase['drop'];
};

export async function createTownDatabase(): Promise<TownDatabase> {
  const database = await testDatabase({ name: 'server', prepare: migrateGuarded });
  const withOptions = (options: string): string => {
    const url = new URL(database.url);
    url.searchParams.set('options', `${options} ${townSettings}`);
    return url.href;
  };
  return {
    // The laws are the same long statement at each tick.
    ownerUrl: withOptions('-c plan_cache_mode=force_generic_plan'),
    appUrl: withOptions('-c role=prewatt_app'),
    drop: database.drop,
  };
}
