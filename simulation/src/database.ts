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
  const app = new URL(database.url);
  app.searchParams.set('options', '-c role=prewatt_app');
  return { ownerUrl: database.url, appUrl: app.href, drop: database.drop };
}
