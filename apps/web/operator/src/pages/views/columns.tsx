// Which columns of a list are shown. Fetched when its button is used.

import { lazy } from 'react';
import { part } from '../../state/new-build.ts';
import { LateMenu } from '../../ui/late-menu.tsx';
import { ColumnsButton, type ColumnsProps } from './columns-button.tsx';

const load = () => part(import('./open-columns.tsx'));
const OpenColumns = lazy(load);

export function Columns(props: ColumnsProps) {
  return <LateMenu button={ColumnsButton} load={load} menu={<OpenColumns {...props} />} />;
}
