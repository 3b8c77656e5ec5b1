// The demo's past was made for one address of the server and is read at another: the links in its
// messages follow.

import pg from 'pg';

/** `ownerUrl`: of the database's owner, before its server starts. */
export async function readdress(
  ownerUrl: string,
  o: { readonly from: string; readonly to: string },
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      'UPDATE prewatt.messages SET text = replace(text, $1, $2) WHERE position($1 IN text) > 0',
      [o.from, o.to],
    );
  } finally {
    await client.end();
  }
}
