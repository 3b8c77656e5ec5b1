// Which rooms the navigation shows, in which groups. A room is added here and in router.tsx. The
// four that are open all day stand first, by themselves; the others are grouped by what they are
// for.

export type RoomGroup = { readonly title: string; readonly rooms: readonly Room[] };
export type Room = { readonly to: '/vendors'; readonly label: string };

export const roomGroups: readonly RoomGroup[] = [
  { title: 'Selling', rooms: [{ to: '/vendors', label: 'Vendors' }] },
];
