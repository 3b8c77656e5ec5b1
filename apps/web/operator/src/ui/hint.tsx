// Words over what is pointed at or focused. What places them is fetched when first needed: each
// page has hints, and few are looked at.

import {
  type ComponentType,
  cloneElement,
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { HintTooltipProps } from './hint-tooltip.tsx';

// A hint that cannot be fetched is left out: nothing else depends on it.
const Tooltip = lazy(async (): Promise<{ default: ComponentType<HintTooltipProps> }> => {
  const placed = await import('./hint-tooltip.tsx').catch(() => null);
  return { default: placed === null ? NoHint : placed.HintTooltip };
});
const NoHint = () => null;

type HintProps = {
  readonly label: ReactNode;
  /** One element that takes a ref. */
  readonly children: ReactElement<{ ref?: (element: HTMLElement | null) => void }>;
};

export function Hint({ label, children }: HintProps) {
  const element = useRef<HTMLElement | null>(null);
  const [target, setTarget] = useState<HTMLElement | null>(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    const at = element.current;
    if (at === null) return;
    const show = () => {
      setTarget(at);
      setOpened(true);
    };
    const hide = () => setOpened(false);
    const listened = new AbortController();
    const { signal } = listened;
    for (const name of ['pointerenter', 'focus']) at.addEventListener(name, show, { signal });
    for (const name of ['pointerleave', 'pointercancel', 'blur']) {
      at.addEventListener(name, hide, { signal });
    }
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Escape') hide();
      },
      { signal },
    );
    return () => listened.abort();
  }, []);
  return (
    <>
      {cloneElement(children, {
        ref: (at) => {
          element.current = at;
        },
      })}
      {target !== null && (
        <Suspense>
          <Tooltip label={label} target={target} opened={opened} />
        </Suspense>
      )}
    </>
  );
}
