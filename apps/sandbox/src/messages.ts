// The SMS gateway's rules: each message is kept once per id, in the inbox of its number.

import type { Message, Store } from './state.ts';

export type MessagesDeps = {
  readonly store: Store;
  readonly nowMs: () => number;
  readonly changed: (to: string) => void;
};

export type Inbox = { readonly number: string; readonly messages: readonly Message[] };

export type Messages = {
  /** Keeps the message unless its id is known; the first text of an id stands. */
  readonly receive: (message: Omit<Message, 'receivedAtMs'>) => void;
  /** Oldest first, the last `count`. */
  readonly inbox: (number: string, count: number) => Inbox;
  /** The number with the newest message first. */
  readonly inboxes: () => readonly Inbox[];
};

export function createMessages(deps: MessagesDeps): Messages {
  const { state, record } = deps.store;
  const newest = (inbox: Inbox) => inbox.messages.at(-1)?.receivedAtMs ?? 0;
  return {
    receive: (message) => {
      if (state.messageIds.has(message.id)) return;
      record({ type: 'messageReceived', message: { ...message, receivedAtMs: deps.nowMs() } });
      deps.changed(message.to);
    },
    inbox: (number, count) => ({
      number,
      messages: (state.inboxes.get(number) ?? []).slice(-count),
    }),
    inboxes: () =>
      [...state.inboxes]
        .map(([number, messages]) => ({ number, messages }))
        .sort((a, b) => newest(b) - newest(a)),
  };
}
