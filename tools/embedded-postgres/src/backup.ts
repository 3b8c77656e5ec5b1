// A backup of a whole cluster while it runs: PostgreSQL's own base backup, taken over the
// replication protocol into one compressed archive, and put back into a data folder. npm's binaries
// bring no pg_basebackup, and Debian's refuses a newer server.

import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { extract } from 'tar';

export type BackupEnd = {
  /** Of the cluster's files, before they were compressed. */
  readonly bytes: number;
};

/**
 * Takes a backup into `file`, which appears whole or not at all (0600: it holds every secret of the
 * database). `url` is a role that may replicate. Holds up nobody; the copy is of the instant at
 * which it ends, with the log that it needs. Throws what PostgreSQL or the disk says; a damaged
 * page (its checksum is wrong) ends it, too.
 */
export async function takeBackup(o: {
  readonly url: string;
  readonly file: string;
  readonly onBytes?: (bytes: number) => void;
}): Promise<BackupEnd> {
  const partial = `${o.file}.partial`;
  mkdirSync(dirname(o.file), { recursive: true });
  const client = replicationClient(o.url);
  await client.connect();
  try {
    const archive = new PassThrough();
    const taken = receive(client, archive, o.onBytes ?? (() => {}));
    const written = pipeline(
      archive,
      createGzip({ level: 3 }),
      createWriteStream(partial, { mode: 0o600 }),
    );
    const [bytes] = await Promise.all([taken, written]);
    await flush(partial);
    renameSync(partial, o.file);
    return { bytes };
  } finally {
    rmSync(partial, { force: true });
    await client.end().catch(() => {});
  }
}

/**
 * Puts a backup into `dataDir`, which must not be there yet and appears whole or not at all.
 * PostgreSQL recovers at its first start there. Throws for an archive that is cut off.
 */
export async function putBack(o: {
  readonly file: string;
  readonly dataDir: string;
}): Promise<void> {
  if (existsSync(o.dataDir)) throw new Error(`${o.dataDir} is there already`);
  const building = `${o.dataDir}.new`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true, mode: 0o700 });
  try {
    await pipeline(createReadStream(o.file), extract({ cwd: building, strict: true }));
    if (!existsSync(`${building}/backup_label`)) throw new Error(`${o.file} is no backup`);
    renameSync(building, o.dataDir);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

function replicationClient(url: string): pg.Client {
  const config: pg.ClientConfig & { replication: string } = {
    connectionString: url,
    replication: 'true',
    // A slow disk may take its time; a connection that is gone is told by the socket.
    keepAlive: true,
  };
  return new pg.Client(config);
}

/** What the client of `pg` calls on a query of one's own. */
type ReplicationQuery = pg.Submittable & {
  readonly handleRowDescription: () => void;
  readonly handleDataRow: () => void;
  readonly handleCommandComplete: () => void;
  readonly handleCopyData: (message: { readonly chunk: Buffer }, connection: pg.Connection) => void;
  readonly handleError: (error: Error) => void;
  readonly handleReadyForQuery: () => void;
};

/** Kinds of messages of a base backup (PostgreSQL's replication protocol, since version 15). */
const newArchive = 0x6e;
const data = 0x64;

/** Resolves with the bytes that came once the server has ended the backup. */
function receive(
  client: pg.Client,
  archive: PassThrough,
  onBytes: (bytes: number) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let archives = 0;
    let failure: Error | null = null;
    const fail = (error: Error) => {
      failure ??= error;
      archive.destroy(failure);
      reject(failure);
    };
    archive.on('error', fail);
    client.on('error', fail);
    const query: ReplicationQuery = {
      submit: (connection) =>
        connection.query(
          "BASE_BACKUP (LABEL 'prewatt', CHECKPOINT 'fast', WAL true, MANIFEST 'no')",
        ),
      handleRowDescription: () => {},
      handleDataRow: () => {},
      handleCommandComplete: () => {},
      handleCopyData: ({ chunk }, { stream }) => {
        if (chunk[0] === newArchive) archives += 1;
        if (chunk[0] !== data || failure !== null) return;
        if (archives > 1) {
          fail(
            new Error(
              'the cluster has tablespaces outside its folder: back it up with its own tools',
            ),
          );
          return;
        }
        bytes += chunk.length - 1;
        onBytes(bytes);
        // The message is a piece of a buffer that the next one may reuse.
        if (archive.write(Buffer.from(chunk.subarray(1))) || stream.isPaused()) return;
        stream.pause();
        archive.once('drain', () => stream.resume());
      },
      handleError: fail,
      handleReadyForQuery: () => {
        if (failure !== null) return;
        archive.end();
        resolve(bytes);
      },
    };
    client.query(query);
  });
}

/** Onto the disk, so that a backup that is reported survives a power cut. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
