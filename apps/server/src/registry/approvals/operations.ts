// The operation that an approval is about, defined by the feature that owns it: what the second
// person is shown, and how it is carried out after approval.

import type { ApprovalDescription, ApprovalKind } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { z } from 'zod';
import type { Tx } from '../../base/database.ts';

export type OperatorRef = { readonly operatorId: string; readonly name: string };

/** How an approval ended without the operation being carried out. */
export type ApprovalClosing = 'declined' | 'withdrawn' | 'expired' | 'failed';

type Asked<P> = {
  readonly utilityId: string;
  readonly approvalId: string;
  /** When it was asked for, by the server's clock: what it states was so then. */
  readonly requestedAtMs: number;
  readonly payload: P;
};

export type ApprovedOperation<P, E extends string> = {
  /** What the payload is; it comes back as it was written when the approval was asked for. */
  readonly payload: z.ZodType<P>;
  /** What the second person must see, as things are now. */
  readonly describe: (tx: Tx, o: Asked<P>) => Promise<ApprovalDescription>;
  /**
   * Does it, in the transaction of the approval. The world may have changed since it was asked for:
   * check again. A refusal leaves nothing written and the approval `failed`, with its words. The
   * value is kept as JSON: no bigint in it.
   */
  readonly perform: (
    tx: Tx,
    o: Asked<P> & { readonly requestedBy: OperatorRef; readonly approvedBy: OperatorRef },
  ) => Promise<Result<object, E>>;
  /** Each refusal in a sentence that says what to do. */
  readonly refusals: Readonly<Record<E, string>>;
  /** Operators who took part in it besides the one who asked; none of them may approve it. */
  readonly participants?: (tx: Tx, o: Asked<P>) => Promise<readonly string[]>;
  /** It will not be done: what waited for it is set free, in the same transaction. */
  readonly closed?: (tx: Tx, o: Asked<P> & { readonly how: ApprovalClosing }) => Promise<void>;
};

export type ApprovalOperation = Required<
  Omit<ApprovedOperation<unknown, string>, 'payload' | 'refusals' | 'perform'>
> & {
  readonly perform: (
    tx: Tx,
    o: Asked<unknown> & { readonly requestedBy: OperatorRef; readonly approvedBy: OperatorRef },
  ) => Promise<Result<object, { readonly code: string; readonly detail: string }>>;
};

export type ApprovalOperations = Readonly<Partial<Record<ApprovalKind, ApprovalOperation>>>;

/** Without its payload's type; a payload that does not fit is a bug and throws. */
export function defineOperation<P, E extends string>(
  operation: ApprovedOperation<P, E>,
): ApprovalOperation {
  const read = <T extends Asked<unknown>>(o: T) => ({
    ...o,
    payload: operation.payload.parse(o.payload),
  });
  return {
    describe: (tx, o) => operation.describe(tx, read(o)),
    perform: async (tx, o) => {
      const done = await operation.perform(tx, read(o));
      if (done.ok) return done;
      return { ok: false, error: { code: done.error, detail: operation.refusals[done.error] } };
    },
    participants: async (tx, o) => (await operation.participants?.(tx, read(o))) ?? [],
    closed: async (tx, o) => operation.closed?.(tx, read(o)),
  };
}
