// A menu whose parts are fetched when somebody goes for its button. Until it is there, the button
// alone stands in its place.

import { type ComponentType, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';

type ButtonProps = {
  readonly onClick?: () => void;
  readonly onPointerEnter?: () => void;
  readonly onFocus?: () => void;
  readonly 'aria-haspopup'?: 'menu';
  readonly 'aria-expanded'?: boolean;
};

type LateMenuProps = {
  readonly button: ComponentType<ButtonProps>;
  readonly load: () => Promise<unknown>;
  /** The same button with its menu, which opens by `useOpensAtOnce`. */
  readonly menu: ReactNode;
};

export function LateMenu({ button: Button, load, menu }: LateMenuProps) {
  const [wanted, setWanted] = useState(false);
  const fetchNow = () => void load().catch(() => undefined);
  const button = (
    <Button
      onClick={() => setWanted(true)}
      onPointerEnter={fetchNow}
      onFocus={fetchNow}
      aria-haspopup="menu"
      aria-expanded={false}
    />
  );
  return wanted ? <Suspense fallback={button}>{menu}</Suspense> : button;
}

/** Of a menu that was fetched because its button was pressed: later its button has focus again. */
export function useOpensAtOnce() {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    button.current?.focus({ preventScroll: true });
    setOpened(true);
  }, []);
  return { button, menu: { opened, onChange: setOpened } };
}
