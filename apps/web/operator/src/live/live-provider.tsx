// Wires the event stream to what is on screen: meter rows are merged in place, all else that an
// event names is re-read.

import {
  type ConnectionDetail,
  consoleApi,
  liveEventSchema,
  type MeterPage,
  pathOf,
} from '@prewatt/api';
import {
  type InfiniteData,
  type Query,
  type QueryClient,
  useQueryClient,
} from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { isLongList } from '../state/long-list.ts';
import { createBatch, type Key } from './batch.ts';
import {
  createLiveConnection,
  type EventStream,
  type LiveConnection,
  type LiveState,
} from './connection.ts';
import { createFilterMemory, mergeMeterRows } from './merge.ts';

type Live = { readonly state: LiveState; readonly retryNow: () => void };

const LiveContext = createContext<Live>({ state: 'connecting', retryNow: () => undefined });

export const useLive = () => use(LiveContext);

export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const [connection, setConnection] = useState<LiveConnection | null>(null);
  useEffect(() => {
    const opened = createLiveConnection({
      open: openStream,
      schedule: (run, delayMs) => {
        const id = setTimeout(run, delayMs);
        return () => clearTimeout(id);
      },
      onState: setState,
      onMessage: createEventReader(queryClient),
      onReopened: () => void queryClient.invalidateQueries(),
    });
    setConnection(opened);
    window.addEventListener('online', opened.retryNow);
    window.addEventListener('offline', opened.markLost);
    return () => {
      window.removeEventListener('online', opened.retryNow);
      window.removeEventListener('offline', opened.markLost);
      opened.close();
    };
  }, [queryClient]);
  // A stream that cannot be opened may mean that the session has ended; `me` finds out.
  useEffect(() => {
    if (state === 'lost') void queryClient.invalidateQueries({ queryKey: ['me'] });
  }, [state, queryClient]);
  const retryNow = () => connection?.retryNow();
  return <LiveContext value={{ state, retryNow }}>{children}</LiveContext>;
}

function openStream(): EventStream {
  const source = new EventSource(pathOf(consoleApi.live));
  const stream = Object.assign(source, { onbeat: null }) as unknown as EventStream;
  source.addEventListener('beat', () => stream.onbeat?.());
  return stream;
}

/**
 * Reads one event's data and brings it to the screen. What is not a known event is left aside: it
 * may be a newer server's.
 */
function createEventReader(queryClient: QueryClient): (data: string) => void {
  const memory = createFilterMemory();
  const schedule = (run: () => void, delayMs: number) => void setTimeout(run, delayMs);
  // Of a list that somebody scrolled far into, a look again would be as many requests as it has
  // pages, and would end the next one. It is read anew when it is opened.
  const invalidate = (queryKey: Key) => {
    const long = ({ state }: Query) => isLongList(state.data);
    void queryClient.invalidateQueries({ queryKey, predicate: (query) => !long(query) });
    void queryClient.invalidateQueries({ queryKey, predicate: long, refetchType: 'none' });
  };
  const batch = createBatch({ schedule, invalidate, delayMs: 1000 });
  // In a large town some meter changes its state every second; which rows a list holds may lag a
  // little behind the rows.
  const slowBatch = createBatch({ schedule, invalidate, delayMs: 4000 });
  return (data) => {
    const event = liveEventSchema.safeParse(parsed(data));
    if (!event.success) return;
    if (event.data.kind === 'meters') {
      const { rows } = event.data;
      queryClient.setQueriesData<InfiniteData<MeterPage>>({ queryKey: ['meters'] }, (shown) =>
        shown === undefined ? shown : mergeMeterRows(shown, rows),
      );
      for (const row of rows) {
        queryClient.setQueryData<ConnectionDetail>(
          ['connection', row.connectionId, 'detail'],
          (shown) => (shown === undefined ? shown : { ...shown, state: row }),
        );
      }
      if (memory.changed(rows)) {
        slowBatch.add(['meters']);
        slowBatch.add(['meter-facets']);
        slowBatch.add(['overview']);
      }
      return;
    }
    if (event.data.kind === 'approval') {
      batch.add(['approvals']);
      return;
    }
    batch.add(['connection', event.data.connectionId]);
    batch.add(['safety-cuts']);
    if (event.data.kind === 'connection') return;
    batch.add(['sale', event.data.saleId]);
    for (const noun of ['sales', 'overview', 'attention']) batch.add([noun]);
  };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
