// A name, and a signature drawn beneath it with a finger, a pen or a mouse; kept as a path of whole
// numbers, so that it is small and can be drawn again on paper.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { Signature } from '@prewatt/api';
import { type PointerEvent, useState } from 'react';

const size = { width: 320, height: 120 };
/** The server takes 8,000 letters. */
const longestPath = 7_900;

type Props = {
  readonly signed: readonly Signature[];
  readonly onSigned: (signed: readonly Signature[]) => void;
};

export function SignatureField({ signed, onSigned }: Props) {
  const [name, setName] = useState('');
  const [path, setPath] = useState('');
  const mayAdd = name.trim().length >= 2 && path.includes('L') && signed.length < 6;
  const add = () => {
    onSigned([...signed, { name: name.trim(), path }]);
    setName('');
    setPath('');
  };
  return (
    <Stack gap="xs">
      <TextInput
        label="Who signs"
        description="Only who agrees; nobody has to"
        value={name}
        autoComplete="off"
        onChange={({ currentTarget: { value } }) => setName(value)}
      />
      <Pad path={path} onPath={setPath} />
      <Group gap="sm">
        <Button size="compact-sm" variant="default" disabled={!mayAdd} onClick={add}>
          Add the signature
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setPath('')}>
          Draw anew
        </Button>
      </Group>
      {signed.map((one) => (
        <SignatureShown key={`${one.name} ${one.path.length}`} of={one} />
      ))}
    </Stack>
  );
}

function Pad({ path, onPath }: { path: string; onPath: (path: string) => void }) {
  const [isDown, setIsDown] = useState(false);
  const pointOf = (event: PointerEvent<SVGSVGElement>): string => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = (value: number, of: number, most: number) =>
      Math.min(most, Math.max(0, Math.round((value / of) * most)));
    const x = at(event.clientX - box.left, box.width, size.width);
    return `${x} ${at(event.clientY - box.top, box.height, size.height)}`;
  };
  return (
    <svg
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label="Space for a signature"
      style={{
        ...{ width: '100%', maxWidth: size.width, touchAction: 'none', cursor: 'crosshair' },
        ...{ border: '1px dashed var(--console-line)', borderRadius: 6 },
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setIsDown(true);
        onPath(`${path}${path === '' ? '' : ' '}M${pointOf(event)}`);
      }}
      onPointerMove={(event) => {
        if (isDown && path.length < longestPath) onPath(`${path} L${pointOf(event)}`);
      }}
      onPointerUp={() => setIsDown(false)}
    >
      <Drawn path={path} />
    </svg>
  );
}

const Drawn = ({ path }: { path: string }) => (
  <path d={path} fill="none" stroke="currentColor" strokeWidth={2} strokeLinecap="round" />
);

export function SignatureShown({ of }: { of: Signature }) {
  return (
    <figure style={{ margin: 0 }}>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        width={160}
        role="img"
        aria-label={`Signature of ${of.name}`}
      >
        <Drawn path={of.path} />
      </svg>
      <Text component="figcaption" size="xs" c="dimmed">
        Signed: {of.name}
      </Text>
    </figure>
  );
}
