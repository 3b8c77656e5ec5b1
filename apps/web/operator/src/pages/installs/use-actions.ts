// Sends a technician's actions over a weak network: each is kept until the server has clearly
// answered, and sent again automatically under the same name.

import type { InstallDetail } from '@prewatt/api';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Failure, isWorthRetrying } from '../../api/failure.ts';
import { type InstallRequest, installKey, installsKey, sendRequest } from '../../api/installs.ts';
import { newRequestId } from '../../api/use-action.ts';
import { createOutbox } from '../../state/outbox.ts';

const againAfterMs = 4_000;

type Without<T> = T extends unknown ? Omit<T, 'requestId'> : never;
type Wish = InstallRequest extends infer D
  ? D extends { part: infer P; body: infer B }
    ? { readonly part: P; readonly body: Without<B> }
    : never
  : never;

export type Actions = {
  readonly send: (wish: Wish) => void;
  /** A action is under way, or waits for the network. */
  readonly isBusy: boolean;
  /** The server could not be reached; it goes on by itself. */
  readonly isWaiting: boolean;
  /** A clear no. */
  readonly failure: Failure | null;
};

export function useActions(installId: string): Actions {
  const queryClient = useQueryClient();
  const [outbox] = useState(() =>
    createOutbox<InstallRequest>({
      storage: window.localStorage,
      key: `prewatt-install-${installId}`,
      mayRest: ({ body }) => !('pairingSecret' in body),
    }),
  );
  const [state, setState] = useState<Omit<Actions, 'send'>>({
    isBusy: outbox.waiting() !== null,
    isWaiting: false,
    failure: null,
  });
  const sending = useRef(false);

  const flush = useCallback(async (): Promise<void> => {
    const action = outbox.waiting();
    if (action === null || sending.current) return;
    sending.current = true;
    const answer = await sendRequest(installId, action);
    sending.current = false;
    if (answer.ok) {
      queryClient.setQueryData<InstallDetail>(installKey(installId), answer.value);
    } else if (isWorthRetrying(answer.error)) {
      setState({ isBusy: true, isWaiting: true, failure: null });
      return;
    }
    outbox.clear();
    setState({ isBusy: false, isWaiting: false, failure: answer.ok ? null : answer.error });
    void queryClient.invalidateQueries({ queryKey: installsKey });
  }, [installId, outbox, queryClient]);

  useEffect(() => {
    void flush();
    const timer = setInterval(() => void flush(), againAfterMs);
    const now = () => void flush();
    window.addEventListener('online', now);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', now);
    };
  }, [flush]);

  const send = (wish: Wish): void => {
    if (outbox.waiting() !== null) return;
    const body = { ...wish.body, requestId: newRequestId() };
    outbox.put({ part: wish.part, body } as InstallRequest);
    setState({ isBusy: true, isWaiting: false, failure: null });
    void flush();
  };
  return { ...state, send };
}
