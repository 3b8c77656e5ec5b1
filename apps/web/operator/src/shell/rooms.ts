// Which rooms the navigation shows, in which groups. A room is added here and in router.tsx. The
// four that are open all day stand first, by themselves; the others are grouped by what they are
// for.

import type { OperatorMe } from '@prewatt/api';
import type { LinkProps } from '@tanstack/react-router';

export type RoomGroup = { readonly title: string; readonly rooms: readonly Room[] };
export type Room = {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: string;
  /** Not shown to operators: for administrators, and viewers who look after them. */
  readonly notOperators?: true;
  readonly onlyAdministrators?: true;
};

/** The rooms that a role has. */
export const roomGroupsFor = (role: OperatorMe['role']): readonly RoomGroup[] =>
  roomGroups.map(({ title, rooms }) => ({
    title,
    rooms: rooms
      .filter((room) => role !== 'operator' || room.notOperators !== true)
      .filter((room) => role === 'administrator' || room.onlyAdministrators !== true),
  }));

export const roomGroups: readonly RoomGroup[] = [
  {
    title: 'Homes',
    rooms: [
      { to: '/customers', label: 'Customers' },
      { to: '/tickets', label: 'Tickets' },
      { to: '/installs', label: 'Installs' },
      { to: '/inbox', label: 'Inbox' },
      { to: '/calls', label: 'Call list' },
      { to: '/protection', label: 'Protection' },
      { to: '/readings', label: 'Readings' },
      { to: '/identities', label: 'Identities' },
      { to: '/revenue', label: 'Revenue protection' },
      { to: '/losses', label: 'Losses' },
      { to: '/lights', label: 'Street lights' },
    ],
  },
  {
    title: 'Control',
    rooms: [
      { to: '/approvals', label: 'Approvals' },
      { to: '/keys', label: 'Vending keys' },
      { to: '/key-changes', label: 'Key changes' },
      { to: '/integrations', label: 'Integrations', onlyAdministrators: true },
      { to: '/team', label: 'Team', onlyAdministrators: true },
      { to: '/set-up', label: 'Set-up', onlyAdministrators: true },
      { to: '/acts', label: 'Audit log', notOperators: true },
      { to: '/audit', label: 'Value to check', notOperators: true },
    ],
  },
  {
    title: 'Selling',
    rooms: [
      { to: '/vendors', label: 'Vendors' },
      { to: '/tariffs', label: 'Tariffs' },
      { to: '/free-credit', label: 'Free credit' },
    ],
  },
  {
    title: 'Books',
    rooms: [
      { to: '/reports', label: 'Reports' },
      { to: '/refunds', label: 'Refunds' },
      { to: '/unallocated-money', label: 'Unallocated money' },
      { to: '/bank-statements', label: 'Bank statements' },
      { to: '/notifications', label: 'From providers' },
      { to: '/reconciliation', label: 'Reconciliation' },
      { to: '/proof', label: 'Proof' },
      { to: '/imports', label: 'Imports and exports' },
    ],
  },
];
