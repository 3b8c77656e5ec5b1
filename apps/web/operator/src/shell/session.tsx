// What every signed-in page shares: who is here, the utility's zone and currency, and business time
// that ticks.

import type { OperatorMe } from '@prewatt/api';
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { businessClock, realClock } from '../api/queries.ts';

/** An auditor sees what a viewer sees, and the rooms of an audit. */
type Session = Omit<OperatorMe, 'role'> & {
  readonly role: Exclude<OperatorMe['role'], 'auditor'>;
  readonly isAuditor: boolean;
};

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ me, children }: { me: OperatorMe; children: ReactNode }) {
  const session = useMemo((): Session => {
    const { role, ...rest } = me;
    const isAuditor = role === 'auditor';
    return { ...rest, role: isAuditor ? 'viewer' : role, isAuditor };
  }, [me]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** The signed-in operator. Throws outside the signed-in pages: that is a bug. */
export function useSession(): Session {
  const me = use(SessionContext);
  if (me === null) throw new Error('useSession outside of a signed-in page');
  return me;
}

export const useZone = () => useSession().utility.zone;
export const useCurrency = () => useSession().utility.currency;

/** Null when this operator may act; otherwise why not, for the tooltip of a disabled button. */
export function useWhyReadOnly(): string | null {
  return useSession().role === 'viewer' ? 'Your role may look but not act' : null;
}

/** As above, for what only administrators do. */
export function useWhyNotAdministrator(): string | null {
  return useSession().role === 'administrator' ? null : 'Only an administrator may do this';
}

// One timer for all ages on the page, stopped while none is shown.
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/**
 * What `read` makes of business time, or of real time, looked at each second; draws again only when
 * the answer changes.
 */
export function useOnClock(read: (nowMs: number) => string, isReal = false): string {
  const clock = isReal ? realClock : businessClock;
  const snapshot = useCallback(() => read(clock.nowMs()), [read, clock]);
  return useSyncExternalStore(subscribe, snapshot);
}
