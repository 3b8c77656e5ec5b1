// The menu of a list's columns: each is shown or left out, and the menu stays open for the next.

import { Menu } from '@mantine/core';
import { hiddenColumns } from '../../state/hidden-columns.ts';
import { useOpensAtOnce } from '../../ui/late-menu.tsx';
import { ColumnsButton, type ColumnsProps } from './columns-button.tsx';

export default function OpenColumns({ columns, hide, onHide }: ColumnsProps) {
  const late = useOpensAtOnce();
  const hidden = hiddenColumns(hide);
  const toggle = (key: string) =>
    onHide(
      (hidden.includes(key) ? hidden.filter((each) => each !== key) : [...hidden, key]).join('.'),
    );
  return (
    <Menu {...late.menu} position="bottom-end" width={220} keepMounted={false}>
      <Menu.Target>
        <ColumnsButton ref={late.button} />
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map(({ key, header }) => (
          <Menu.CheckboxItem key={key} checked={!hidden.includes(key)} onChange={() => toggle(key)}>
            {header}
          </Menu.CheckboxItem>
        ))}
        {hidden.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => onHide('')}>Show all columns</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
