// Keeps one stream of server-sent events open. The browser reconnects by itself after a lost link
// but gives up after an HTTP error, and never says so; here every loss ends in a new try, later
// each time, and the state is told to the page. A stream on which nothing comes, not even the
// server's beat, is lost too: a link may die without anybody hearing of it.

export type LiveState = 'connecting' | 'live' | 'lost';

/** The part of EventSource that is used. */
export type EventStream = {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: string }) => void) | null;
  /** The server says every 15 s that it is still there. */
  onbeat: (() => void) | null;
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

/** Three beats that did not come. */
export const silentForMs = 45_000;

/** The wait before try number `attempt` (1, 2, ...): 1 s, 2 s, 4 s ... 30 s. */
export function retryDelayMs(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.min(attempt - 1, 5));
}

export function createLiveConnection(deps: LiveDeps): LiveConnection {
  let stream: EventStream | null = null;
  let cancelRetry: (() => void) | null = null;
  let cancelWatch: (() => void) | null = null;
  let attempt = 0;
  let wasLost = false;

  const drop = () => {
    cancelRetry?.();
    cancelRetry = null;
    cancelWatch?.();
    cancelWatch = null;
    if (stream === null) return;
    stream.onopen = null;
    stream.onmessage = null;
    stream.onbeat = null;
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
  const watch = () => {
    cancelWatch?.();
    cancelWatch = deps.schedule(lose, silentForMs);
  };
  const connect = () => {
    drop();
    watch();
    const opened = deps.open();
    stream = opened;
    opened.onopen = () => {
      attempt = 0;
      watch();
      deps.onState('live');
      if (wasLost) deps.onReopened();
      wasLost = false;
    };
    opened.onmessage = (event) => {
      watch();
      deps.onMessage(event.data);
    };
    opened.onbeat = watch;
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
