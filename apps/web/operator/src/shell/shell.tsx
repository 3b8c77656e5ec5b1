// The frame of every signed-in page: who and where, whether what is shown is live, and the sale
// drawer.

import {
  ActionIcon,
  Badge,
  Button,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { meQuery } from '../api/queries.ts';
import iconUrl from '../icon.svg?inline';
import { LiveProvider, useLive } from '../live/live-provider.tsx';
import { browser, part, toldLoadedAnew, wasLoadedAnew } from '../state/new-build.ts';
import type { Tone } from '../text/labels.ts';
import { weekdayAndTime } from '../text/time.ts';
import { Hint } from '../ui/hint.tsx';
import { MoonIcon, SunIcon } from '../ui/icons.tsx';
import { ToneWord } from '../ui/show.tsx';
import { FailureNote } from '../ui/states.tsx';
import { FailedSignInsBanner } from './failed-sign-ins.tsx';
import { Navigation } from './navigation.tsx';
import { OperatorMenu } from './operator-menu.tsx';
import { SearchButton } from './search/button.tsx';
import { SessionProvider, useOnClock, useSession, useZone } from './session.tsx';
import styles from './shell.module.css';

const SecondFactorBanner = lazy(() => part(import('./second-factor-banner.tsx')));
const SaleDrawer = lazy(() => part(import('../pages/sale-drawer.tsx')));

export function Shell() {
  const me = useQuery(meQuery);
  if (me.data === undefined) {
    return me.error === null ? null : (
      <FailureNote failure={me.error} onRetry={() => void me.refetch()} />
    );
  }
  return (
    <SessionProvider me={me.data}>
      {me.data.role === 'technician' ? (
        <Frame />
      ) : (
        <LiveProvider>
          <Frame />
          <OpenSale />
        </LiveProvider>
      )}
    </SessionProvider>
  );
}

/** The drawer stays once it was open, so that it can be seen to close. */
function OpenSale() {
  const { sale } = useSearch({ from: '/signed-in' });
  const [wasOpen, setWasOpen] = useState(sale !== undefined);
  if (sale !== undefined && !wasOpen) setWasOpen(true);
  if (!wasOpen) return null;
  return (
    <Suspense>
      <SaleDrawer />
    </Suspense>
  );
}

function Frame() {
  const { needsSecondFactor } = useSession();
  return (
    <>
      <a href="#main" className={styles.skip}>
        Skip to content
      </a>
      <div className={styles.shell}>
        <Head />
        <Navigation />
        <main id="main" className={styles.main} tabIndex={-1} style={{ outline: 'none' }}>
          <LoadedAnewBanner />
          <LostBanner />
          <FailedSignInsBanner />
          <Suspense>{needsSecondFactor && <SecondFactorBanner />}</Suspense>
          <Outlet />
        </main>
      </div>
    </>
  );
}

function Head() {
  const { utility, clockSpeed, role } = useSession();
  return (
    <header className={styles.head}>
      <div className={styles.brand}>
        <img src={iconUrl} alt="" width={24} height={24} />
        <span>{utility.name}</span>
        {clockSpeed > 1 && (
          <Hint label={`This is a demonstration: its time runs ${clockSpeed} times as fast`}>
            <Badge color="gray" tt="none" visibleFrom="xs" style={{ flex: 'none' }}>
              Demo time ×{clockSpeed}
            </Badge>
          </Hint>
        )}
      </div>
      <BusinessTime />
      {role !== 'technician' && <LiveMark />}
      {role !== 'technician' && <SearchButton />}
      <SchemeToggle />
      <OperatorMenu />
    </header>
  );
}

function BusinessTime() {
  const zone = useZone();
  const read = useCallback((nowMs: number) => weekdayAndTime(nowMs, zone), [zone]);
  const text = useOnClock(read);
  return (
    <Text className={styles.clock} c="dimmed" visibleFrom="sm" title={`Time in ${zone}`}>
      {text}
    </Text>
  );
}

const liveLabels = {
  connecting: { text: 'Connecting', tone: 'quiet' },
  live: { text: 'Live', tone: 'good' },
  lost: { text: 'Not live', tone: 'warn' },
} as const satisfies Record<string, { text: string; tone: Tone }>;

function LiveMark() {
  const { state } = useLive();
  return (
    <Text span size="sm" role="status" aria-label="Live updates">
      <ToneWord label={liveLabels[state]} />
    </Text>
  );
}

function LoadedAnewBanner() {
  const [isShown, setShown] = useState(() => wasLoadedAnew(browser));
  useEffect(() => toldLoadedAnew(browser), []);
  if (!isShown) return null;
  return (
    <div className={styles.banner} role="status">
      <span>
        The console on the server was renewed, so this page was loaded anew. A form that was open is
        empty again.
      </span>
      <Button size="compact-sm" variant="default" onClick={() => setShown(false)}>
        Understood
      </Button>
    </div>
  );
}

function LostBanner() {
  const { state, retryNow } = useLive();
  if (state !== 'lost') return null;
  return (
    <div className={styles.banner} role="alert">
      <span>
        Live updates are interrupted. What you see may be old; the console reconnects by itself.
      </span>
      <Button size="compact-sm" variant="default" onClick={retryNow}>
        Reconnect now
      </Button>
    </div>
  );
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const label = dark ? 'Use light colours' : 'Use dark colours';
  return (
    <Hint label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => setColorScheme(dark ? 'light' : 'dark')}
      >
        {dark ? <SunIcon /> : <MoonIcon />}
      </ActionIcon>
    </Hint>
  );
}
