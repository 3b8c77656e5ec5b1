// The navigation: the four pages of every day, then the other rooms in groups. On a narrow screen
// it is a bar at the foot, with the groups under "More".

import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { approvalCountsQuery } from '../api/approvals.ts';
import { callsQuery } from '../api/calls.ts';
import { overviewQuery } from '../api/queries.ts';
import { AttentionIcon, MetersIcon, MoreIcon, OverviewIcon, SalesIcon } from '../ui/icons.tsx';
import { type Room, type RoomGroup, roomGroups, roomGroupsFor } from './rooms.ts';
import { useSession } from './session.tsx';
import styles from './shell.module.css';

/** Technicians have one room; nothing else is read for them. */
export function Navigation() {
  if (useSession().role !== 'technician') return <Rooms />;
  return (
    <nav className={styles.nav} aria-label="Main">
      <NavLink to="/installs" label="Installs" icon={<MetersIcon />} />
    </nav>
  );
}

function Rooms() {
  const overview = useQuery(overviewQuery);
  const attention = overview.data?.attention ?? 0;
  const counts = useRoomCounts();
  const groups = roomGroupsFor(useSession().role);
  return (
    <nav className={styles.nav} aria-label="Main">
      <NavLink to="/" label="Overview" icon={<OverviewIcon />} exact />
      <NavLink to="/meters" label="Meters" icon={<MetersIcon />} />
      <NavLink to="/sales" label="Sales" icon={<SalesIcon />} />
      <NavLink to="/attention" label="Attention" icon={<AttentionIcon />} count={attention} />
      {groups.map((group) => (
        <div key={group.title} className={styles.group}>
          <p className={styles.navTitle}>{group.title}</p>
          {group.rooms.map((room) => (
            <NavLink key={room.to} {...room} count={counts[room.to] ?? 0} />
          ))}
        </div>
      ))}
      <More counts={counts} groups={groups} />
    </nav>
  );
}

type Counts = Readonly<Partial<Record<Room['to'], number>>>;

/** What waits for this operator in a room. */
function useRoomCounts(): Counts {
  const approvals = useQuery(approvalCountsQuery);
  const calls = useQuery(callsQuery('open'));
  return { '/approvals': approvals.data?.forMe ?? 0, '/calls': calls.data?.open ?? 0 };
}

function More({ counts, groups }: { counts: Counts; groups: readonly RoomGroup[] }) {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const room = useRoomInside();
  return (
    <Menu position="top-end" width={220} keepMounted={false}>
      <Menu.Target>
        <button
          type="button"
          className={`${styles.navLink} ${styles.more}`}
          aria-current={room === undefined ? undefined : 'true'}
        >
          <MoreIcon />
          <span>More</span>
          <Count of={total} />
        </button>
      </Menu.Target>
      <Menu.Dropdown style={{ maxHeight: 'calc(100dvh - 5rem)', overflowY: 'auto' }}>
        {groups.map((group) => (
          <Fragment key={group.title}>
            <Menu.Label>{group.title}</Menu.Label>
            {group.rooms.map((each) => (
              <Menu.Item
                key={each.to}
                component={Link}
                to={each.to}
                aria-current={each.to === room ? 'page' : undefined}
              >
                {each.label}
                <Count of={counts[each.to] ?? 0} />
              </Menu.Item>
            ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The room under "More" that is open, if it is one of those. */
function useRoomInside(): Room['to'] | undefined {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const rooms = roomGroups.flatMap((group) => group.rooms);
  return rooms.find(({ to }) => path === to || path.startsWith(`${to}/`))?.to;
}

type NavLinkProps = {
  readonly to: Room['to'];
  readonly label: string;
  readonly icon?: ReactNode;
  readonly count?: number;
  readonly exact?: boolean;
};

function NavLink({ to, label, icon, count = 0, exact = false }: NavLinkProps) {
  return (
    <Link
      to={to}
      className={`${styles.navLink} ${icon === undefined ? styles.navPlain : ''}`}
      activeOptions={{ exact, includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
    >
      {icon}
      <span>{label}</span>
      <Count of={count} />
    </Link>
  );
}

function Count({ of }: { of: number }) {
  return of > 0 && <span className={styles.count}>{of > 99 ? '99+' : of}</span>;
}
