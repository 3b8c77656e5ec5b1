// A migrated database of its own for a town, and the URL under which the server's role sees it.

import { type TestDatabase, testDatabase } from '@prewatt/embedded-postgres';
import { migrate } from '@prewatt/server/migrate';

export type TownDatabase = {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly drop: TestDatabase['drop'];
};

export async function createTownDatabase(): Promise<TownDatabase> {
  const database = await testDatabase({ name: 'server', prepare: migrate });
  const withOptions = (options: string): string => {
    const url = new URL(database.url);
    // Statements are planned once, at the beginning, when a table's few rows are one page.
    const plans = '-c jit=off -c enable_seqscan=off';
    url.searchParams.set('options', `${options} -c synchronous_commit=off ${plans}`);
    return url.href;
  };
  return {
    // The laws are the same long statement at each tick.
    ownerUrl: withOptions('-c plan_cache_mode=force_generic_plan'),
    appUrl: withOptions('-c role=prewatt_app'),
    drop: database.drop,
  };
}
