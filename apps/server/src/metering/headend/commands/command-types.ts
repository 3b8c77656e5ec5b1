// What a command is to those who ask for it, and what the commands of the head-end offer and need.

import type { CommandKind } from '@prewatt/protocol';
import type { RawBuilder } from 'kysely';
import type { Database, Tx } from '../../../base/database.ts';
import type { NewUuid } from '../../../base/ids.ts';
import type { LiveNotice } from '../../../base/live.ts';
import type { Clocks } from '../../../base/time.ts';
import type { Tracing } from '../../../base/tracing.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { StoredAction } from './actions.ts';
import type { CommandAnswer } from './completing.ts';
import type { SafetyTerms } from './holds.ts';
import type { CommandRef } from './stages.ts';

/**
 * Sends bytes to a meter. Resolves once the broker has them; rejects when it does not take them.
 * `atMostOnce`: may get lost with the connection, which costs less. `goodForS`: after so many
 * seconds nobody is to deliver it any more.
 */
export type Transport = {
  readonly send: (
    meterPan: string,
    payload: Uint8Array,
    o?: { readonly atMostOnce?: boolean; readonly goodForS?: number },
  ) => Promise<void>;
};

export type NewCommand = {
  readonly place: MeterPlace;
  readonly requestId: string;
  readonly expiresAtMs: number;
  /** 0 goes first, 9 last; 5 when left out. */
  readonly priority?: number;
  /** Who asks and why. */
  readonly asked?: { readonly by: string; readonly reason: string };
  /**
   * Of a command about the supply: a person's own word, which begins or ends a hold. Without it the
   * command is a rule's, and is not queued while somebody holds the supply open.
   */
  readonly word?: 'operator' | 'job';
  /** Of a cut for safety, and of no other command. */
  readonly safety?: SafetyTerms;
} & (
  | { readonly kind: 'readNow' }
  | { readonly kind: 'deliverToken'; readonly tokenRef: string }
  | {
      readonly kind: Exclude<CommandKind, 'readNow' | 'deliverToken'>;
      readonly action: StoredAction;
    }
);

export type Commands = {
  /**
   * Queues a command in the caller's transaction; the same request id again answers with the first
   * command. Older ones about the same thing that are open make room.
   */
  readonly enqueue: (tx: Tx, command: NewCommand) => Promise<{ readonly commandId: string }>;
  /** The same for a rule's command about the supply; null while somebody holds it open. */
  readonly switchByRule: (
    tx: Tx,
    command: NewCommand & { readonly kind: 'switchOpen' | 'switchClose' },
  ) => Promise<{ readonly commandId: string } | null>;
  /** Queues many new commands at once; answers with the notices that the caller has to send. */
  readonly enqueueMany: (tx: Tx, commands: readonly NewCommand[]) => Promise<readonly LiveNotice[]>;
  /** Publishes commands that are queued or due again. Harmless at any time, from any process. */
  readonly dispatch: (utilityId: string, refs: readonly CommandRef[]) => Promise<void>;
  /** Moves everything that is due in a utility. Returns how many commands it touched. */
  readonly sweep: (utilityId: string) => Promise<number>;
  /** Meters are back: what is open for them is due at once, and sent. */
  readonly wake: (utilityId: string, places: readonly MeterPlace[]) => Promise<void>;
  /**
   * Takes an open command back; false when it has ended. One that may have reached the meter ends
   * with the meter's answer: taken back, or carried out all the same.
   */
  readonly cancel: (
    tx: Tx,
    ref: CommandRef,
    asked: { readonly by: string; readonly reason: string },
  ) => Promise<boolean>;
  /**
   * Meters' answers, in the transaction that stores them, in the order of their coming. For each:
   * the token that it was about, if any. Pages are told by the caller.
   */
  readonly completeMany: (
    tx: Tx,
    answers: readonly CommandAnswer[],
  ) => Promise<readonly (string | null | undefined)[]>;
};

export type CommandDeps = {
  readonly database: Database;
  readonly transport: Transport;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  /** Commands of one sweep that are sent at once. */
  readonly parallel: number;
  /** The secret of a meter's link by its generation; derived, kept nowhere. */
  readonly linkSecret: (meter: { readonly meterId: string; readonly generation: number }) => string;
  /** Part of a statement: the digits of the token that command `c` delivers. */
  readonly digitsOfToken: RawBuilder<string | null>;
  /** The same: the sale that it belongs to; null of another. */
  readonly saleOfToken: RawBuilder<string | null>;
  readonly tracing: Tracing;
  /** A token's delivery has expired unconfirmed. */
  readonly onTokenUnconfirmed: (tx: Tx, place: MeterPlace, tokenRef: string) => Promise<void>;
};
