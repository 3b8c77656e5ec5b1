// Saved views of a list: what was shown is kept under a name, and shown again. Fetched when its
// button is used.

import { lazy } from 'react';
import { part } from '../../state/new-build.ts';
import { LateMenu } from '../../ui/late-menu.tsx';
import { ViewsButton, type ViewsProps } from './button.tsx';

const load = () => part(import('./open-views.tsx'));
const OpenViews = lazy(load);

export function Views(props: ViewsProps) {
  return <LateMenu button={ViewsButton} load={load} menu={<OpenViews {...props} />} />;
}
