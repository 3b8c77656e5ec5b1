// PostgreSQL under supervision: the same port for the life of the demo, started again when it dies.

import {
  freePort,
  PostgresStartError,
  type RunningPostgres,
  startPostgres,
} from '@prewatt/embedded-postgres';
import { createDiskRoom, type DiskRoom, freeBytesOf } from './disk-room.ts';
import { createRestartPolicy } from './restarts.ts';
import type { SupervisorDeps } from './supervisor.ts';

export type SupervisedPostgres = {
  /** Superuser's URL, the same after a restart. */
  url: string;
  pid(): number | undefined;
  stop(): Promise<void>;
  kill(): void;
};

export type PostgresInput = SupervisorDeps & { dataDir: string; log: (line: string) => void };

/** What its log says of a recovery, for the person who waits for it; null for other lines. */
export function recoveryText(line: string): string | null {
  if (line.includes('automatic recovery in progress')) {
    return 'PostgreSQL was not ended in order: it recovers what was written before. This may take minutes.';
  }
  const elapsed = /redo in progress, elapsed time: (\d+)/.exec(line)?.[1];
  return elapsed === undefined ? null : `PostgreSQL recovers, for ${elapsed} s so far.`;
}

const lookForRoomMs = 10_000;

function hear(line: string, input: PostgresInput, room: DiskRoom): void {
  input.log(line);
  room.heard(line);
  const progress = recoveryText(line);
  if (progress !== null) input.say(progress);
}

/** Starts PostgreSQL and keeps it running until `stop`. Throws when the first start fails. */
export async function supervisePostgres(input: PostgresInput): Promise<SupervisedPostgres> {
  const { dataDir } = input;
  const policy = createRestartPolicy();
  const port = await freePort();
  const room = createDiskRoom({ ...input, freeBytes: () => freeBytesOf(dataDir) });
  const log = (line: string): void => hear(line, input, room);
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let current: RunningPostgres | undefined;
  let starting: Promise<void> = Promise.resolve();

  function watch(server: RunningPostgres): void {
    current = server;
    server.onExit(({ code, signal, expected }) => {
      current = undefined;
      if (expected || stopping) return;
      endedOf(signal ?? `exit code ${code}`);
    });
  }

  function endedOf(how: string): void {
    // A full disk is no fault that trying again often would find: it is waited for, without end.
    if (room.cause() !== null) {
      againAfter(lookForRoomMs);
      return;
    }
    const delayMs = policy.afterDeath(input.nowMs());
    if (delayMs === 'giveUp') {
      input.giveUp(`PostgreSQL ended more than 5 times in a minute (${how}).`);
      return;
    }
    input.say(`PostgreSQL ended (${how}); it starts again in ${delayMs / 1000} s.`);
    againAfter(delayMs);
  }

  function againAfter(delayMs: number): void {
    timer = setTimeout(() => {
      starting = startPostgres({ dataDir, port, log }).then(watch, (error) => {
        if (stopping) return;
        if (error instanceof PostgresStartError && error.code === 'diskFull') room.met(error);
        endedOf(error instanceof Error ? error.message : String(error));
      });
    }, delayMs);
  }

  const first = await startPostgres({ dataDir, port, log });
  watch(first);
  const looking = setInterval(() => {
    if (current !== undefined) room.lookAgain();
  }, lookForRoomMs / 5);
  return {
    url: first.url,
    pid: () => current?.pid,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      clearInterval(looking);
      await starting;
      await current?.stop();
    },
    kill() {
      stopping = true;
      clearTimeout(timer);
      clearInterval(looking);
      void current?.kill();
    },
  };
}
