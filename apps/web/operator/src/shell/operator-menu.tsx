// Who is signed in, and what they do with their own sign-in.

import { lazy } from 'react';
import { part } from '../state/new-build.ts';
import { LateMenu } from '../ui/late-menu.tsx';
import { OperatorButton } from './operator-button.tsx';

const load = () => part(import('./open-operator-menu.tsx'));
const OpenOperatorMenu = lazy(load);

export function OperatorMenu() {
  return <LateMenu button={OperatorButton} load={load} menu={<OpenOperatorMenu />} />;
}
