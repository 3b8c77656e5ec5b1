// An action of an operator as a mutation: named once until it is answered, and followed by a new
// look at what it may have changed.

import { uuidV7 } from '@prewatt/quantities';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createRequestIds } from '../state/request-ids.ts';

type ActionOptions<In, Out> = {
  readonly run: (input: In, requestId: string) => Promise<Out>;
  /** Keys of what is to be read again, also after a refusal: the page may be behind. */
  readonly stale: readonly (readonly string[])[];
  readonly onDone?: (done: Out, input: In) => void;
};

/** `input` of void: call `mutate()`. */
export function useAction<Out, In = void>({ run, stale, onDone }: ActionOptions<In, Out>) {
  const queryClient = useQueryClient();
  const [requestIds] = useState(() => createRequestIds(newRequestId));
  return useMutation({
    mutationFn: async (input: In) => run(input, requestIds.current()),
    onSuccess: (done, input) => {
      requestIds.answered();
      onDone?.(done, input);
    },
    onError: (failure) => requestIds.answered(failure),
    onSettled: () =>
      Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}

export function newRequestId(): string {
  return uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
