// The button that opens the other rooms on a narrow screen, and the marks of what waits in a room.

import { useLocation } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';
import { MoreIcon } from '../ui/icons.tsx';
import { type Room, type RoomGroup, roomGroups } from './rooms.ts';
import styles from './shell.module.css';

export type Counts = Readonly<Partial<Record<Room['to'], number>>>;

export type MoreProps = { readonly counts: Counts; readonly groups: readonly RoomGroup[] };

type MoreButtonProps = ComponentPropsWithRef<'button'> & { readonly counts: Counts };

export function MoreButton({ counts, ...button }: MoreButtonProps) {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <button
      {...button}
      type="button"
      className={`${styles.navLink} ${styles.more}`}
      aria-current={useRoomInside() === undefined ? undefined : 'true'}
    >
      <MoreIcon />
      <span>More</span>
      <Count of={total} />
    </button>
  );
}

/** The room under "More" that is open, if it is one of those. */
export function useRoomInside(): Room['to'] | undefined {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const rooms = roomGroups.flatMap((group) => group.rooms);
  return rooms.find(({ to }) => path === to || path.startsWith(`${to}/`))?.to;
}

export function Count({ of }: { of: number }) {
  return of > 0 && <span className={styles.count}>{of > 99 ? '99+' : of}</span>;
}
