// The navigation: the four pages of every day, then the other rooms in groups. On a narrow screen
// it is a bar at the foot, with the groups under "More".

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode } from 'react';
import { approvalCountsQuery } from '../api/approvals.ts';
import { callsQuery } from '../api/calls.ts';
import { overviewQuery } from '../api/queries.ts';
import { part } from '../state/new-build.ts';
import { AttentionIcon, MetersIcon, OverviewIcon, SalesIcon } from '../ui/icons.tsx';
import { LateMenu } from '../ui/late-menu.tsx';
import { Count, type Counts, MoreButton, type MoreProps } from './more-button.tsx';
import { type Room, roomGroupsFor } from './rooms.ts';
import { useSession } from './session.tsx';
import styles from './shell.module.css';

const loadMore = () => part(import('./open-more.tsx'));
const OpenMore = lazy(loadMore);

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

/** What waits for this operator in a room. */
function useRoomCounts(): Counts {
  const approvals = useQuery(approvalCountsQuery);
  const calls = useQuery(callsQuery('open'));
  return { '/approvals': approvals.data?.forMe ?? 0, '/calls': calls.data?.open ?? 0 };
}

function More({ counts, groups }: MoreProps) {
  return (
    <LateMenu
      button={(props) => <MoreButton {...props} counts={counts} />}
      load={loadMore}
      menu={<OpenMore counts={counts} groups={groups} />}
    />
  );
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
