// The other rooms on a narrow screen. It is fetched when first opened.

import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useOpensAtOnce } from '../ui/late-menu.tsx';
import { Count, MoreButton, type MoreProps, useRoomInside } from './more-button.tsx';

export default function OpenMore({ counts, groups }: MoreProps) {
  const room = useRoomInside();
  const late = useOpensAtOnce();
  return (
    <Menu {...late.menu} position="top-end" width={220} keepMounted={false}>
      <Menu.Target>
        <MoreButton ref={late.button} counts={counts} />
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
