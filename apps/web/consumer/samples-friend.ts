// Pages of whoever pays for somebody else, in every state, for tests and for looking at them.

import type { Frame } from '@prewatt/api';
import { renderFriend, renderFriendHome, renderFriendPaid } from './pages/friend.ts';

type Change = <T>(value: T) => T;
const problem = 'We cannot take a payment for this number.';

export function friendPagesOf(f: Frame, change: Change): readonly [string, string][] {
  const meter = { meter: '04229889888', problem: null, mustSignIn: false };
  const home = {
    ...{
      meter: '04229889888',
      shown: 'A. C., Test Street',
      amount: '',
      phone: '',
      asksForPhone: true,
      problem: null,
    },
    ...{ minimumMinor: '1000', maximumMinor: '500000', providerName: 'Sandbox Pay' },
    requestId: '0190c1d2-0000-7000-8000-000000000001',
  };
  return [
    ['friend', renderFriend(f, change({ ...meter, meter: '' }))],
    ['friend refused', renderFriend(f, change({ ...meter, problem }))],
    ['friend by phone', renderFriend(f, { ...meter, mustSignIn: true })],
    ['friend home', renderFriendHome(f, change(home))],
    ['friend amount', renderFriendHome(f, change({ ...home, amount: 'x', problem }))],
    ['friend open', renderFriendPaid(f, change({ amount: 'R 50.00', state: 'open' }))],
    ['friend paid', renderFriendPaid(f, change({ amount: 'R 50.00', state: 'paid' }))],
    ['friend late', renderFriendPaid(f, change({ amount: 'R 50.00', state: 'late' }))],
    ['friend taken back', renderFriendPaid(f, change({ amount: 'R 50.00', state: 'takenBack' }))],
    ['friend not paid', renderFriendPaid(f, change({ amount: 'R 50.00', state: 'notPaid' }))],
  ];
}
