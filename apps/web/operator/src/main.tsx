// The console's composition root: colour scheme, queries, router. A session that ends anywhere
// leads to sign-in.

import './mantine.css';
import './shell/base.css';
import { MantineProvider } from '@mantine/core';
import { notifyManager, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isSignedOut, retries } from './api/failure.ts';
import { makeRouter } from './router.tsx';
import { createPress, followPointer } from './state/press.ts';
import { signInSearch } from './state/search.ts';
import { theme } from './theme.ts';

const press = createPress((run, delayMs) => void setTimeout(run, delayMs));
followPointer(window, press);
notifyManager.setScheduler(press.draw);

const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (failure) => {
      if (isSignedOut(failure)) goToSignIn();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: retries,
      // Offline is for the server to prove, not for the browser to guess: a utility's network may
      // have no internet.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
const router = makeRouter(queryClient);

function goToSignIn(): void {
  const { pathname, href } = router.state.location;
  if (pathname.endsWith('/sign-in')) return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: signInSearch({ from: href }) });
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
