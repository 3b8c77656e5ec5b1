// Keeps one stream of server-sent events open. The browser reconnects by itself after a lost link
// but gives up after an HTTP error, and never says so; here every loss ends in a new try, later
// each time, and the state is told to the page.

export type LiveState = 'connecting' | 'live' | 'lost';

/** The part of EventSource that is used. */
export type EventStream = {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: string }) => void) | null;
  onerror: (() => void) | null;
  readonly close: () => void;
};

export type LiveDeps = {
  readonly open: () => EventStream;
  /** Runs once after the delay; returns how to cancel it. */
  readonly schedule: (run: () => void, delayMs: number) => () => void;
  readonly onState: (state: LiveState) => void;
  readonly onMessage: (data: string) => void;
  /** The stream is back after a loss: what happened meanwhile was not heard. */
  readonly onReopened: () => void;
};

export type LiveConnection = {
  /**
   * Tries at once when the stream is lost: the network came back, or somebody pressed the button.
   */
  readonly retryNow: () => void;
  /** The browser knows that there is no network. */
  readonly markLost: () => void;
  readonly close: () => void;
};

/** The wait before try number `attempt` (1, 2, ...): 1 s, 2 s, 4 s ... 30 s. */
export function retryDelayMs(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.min(attempt - 1, 5));
}

export function createLiveConnection(deps: LiveDeps): LiveConnection {
  let stream: EventStream | null = null;
  let cancelRetry: (() => void) | null = null;
  let attempt = 0;
  let wasLost = false;

  const drop = () => {
    cancelRetry?.();
    cancelRetry = null;
    if (stream === null) return;
    stream.onopen = null;
    stream.onmessage = null;
    stream.onerror = null;
    stream.close();
    stream = null;
  };
  const lose = () => {
    drop();
    wasLost = true;
    attempt += 1;
    deps.onState('lost');
    cancelRetry = deps.schedule(connect, retryDelayMs(attempt));
  };
  const connect = () => {
    drop();
    const opened = deps.open();
    stream = opened;
    opened.onopen = () => {
      attempt = 0;
      deps.onState('live');
      if (wasLost) deps.onReopened();
      wasLost = false;
    };
    opened.onmessage = (event) => deps.onMessage(event.data);
    opened.onerror = lose;
  };

  deps.onState('connecting');
  connect();
  return {
    retryNow: () => {
      if (wasLost) connect();
    },
    markLost: lose,
    close: drop,
  };
}
