// Tabs whose open one stands in the address; only that one is drawn.

import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './ui.module.css';

type TabSetProps<Name extends string> = {
  readonly label: string;
  /** In their order, with their titles. */
  readonly names: Readonly<Record<Name, string>>;
  readonly open: Name;
  readonly onOpen: (name: Name) => void;
  readonly panel: (name: Name) => ReactNode;
};

export function TabSet<Name extends string>(props: TabSetProps<Name>) {
  const { label, names, open, onOpen, panel } = props;
  const all = Object.keys(names) as Name[];
  const show = (value: string | null) => {
    const chosen = all.find((known) => known === value);
    if (chosen !== undefined) onOpen(chosen);
  };
  // A narrow screen has no room for all titles: the open one is brought into sight, by moving the
  // row of titles and not the page.
  const list = useRef<HTMLDivElement>(null);
  const index = all.indexOf(open);
  useEffect(() => {
    const row = list.current;
    const tab = row?.children[index];
    if (row === null || tab === undefined) return;
    const [outer, inner] = [row.getBoundingClientRect(), tab.getBoundingClientRect()];
    row.scrollLeft += Math.max(0, inner.right - outer.right) - Math.max(0, outer.left - inner.left);
  }, [index]);
  return (
    <Tabs value={open} onChange={show} keepMounted={false}>
      <Tabs.List ref={list} className={styles.tabs} aria-label={label} mb="sm">
        {all.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {names[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {all.map((each) => (
        <Tabs.Panel key={each} value={each}>
          {each === open && panel(each)}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
