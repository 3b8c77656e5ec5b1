// Where a task is done, and how the results of accesses are said in the words of the contract.

import type { AccessResult } from '@prewatt/dlms';
import type { CommandRefusal, DriverFault, MeterTaskResult } from '@prewatt/protocol';
import type { Result } from '@prewatt/quantities';
import type { DlmsModel } from './model.ts';
import type { OffsetAt } from './reading.ts';
import type { DlmsSession } from './session.ts';

export type TaskPlace = {
  readonly session: DlmsSession;
  readonly model: DlmsModel;
  readonly offsetAt: OffsetAt;
  /** Waits, in real time, while the meter is at work on a token. */
  readonly pause: (ms: number) => Promise<unknown>;
};

export const refuse = (reason: CommandRefusal): MeterTaskResult => ({ kind: 'refused', reason });
export const fail = (fault: DriverFault): MeterTaskResult => ({ kind: 'failed', fault });

/** Null when it was done. */
export function unless(
  result: Result<AccessResult, DriverFault>,
  denied: CommandRefusal,
): MeterTaskResult | null {
  if (!result.ok) return fail(result.error);
  switch (result.value) {
    case 'success':
      return null;
    case 'readWriteDenied':
      return refuse(denied);
    case 'typeUnmatched':
    case 'scopeOfAccessViolated':
      return refuse('range');
    case 'temporaryFailure':
      return fail('noAnswer');
    default:
      return refuse('unsupported');
  }
}
