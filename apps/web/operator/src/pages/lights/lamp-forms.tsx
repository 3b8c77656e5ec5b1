// Forms of lamps: add or change one, bring in a list, take one away.

import { Checkbox, NativeSelect, Text } from '@mantine/core';
import type { LampBody, LampView, LightingView } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import { keepLamp, keepLamps, lightKey, lightsKey, removeLamp } from '../../api/lights.ts';
import { useAction } from '../../api/use-action.ts';
import { type Read, readCount, readText } from '../../text/entries.ts';
import { FileField } from '../../ui/file-field.tsx';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { readLevel } from './draft.ts';

const readWatts = (text: string): Read<number> => {
  const watts = readCount(text, 2_000);
  return watts.ok && watts.value === 0 ? err('Write watts from 1 to 2000.') : watts;
};
const readStandby = (text: string): Read<number> => {
  const watts = /^\d{1,2}(\.\d{1,3})?$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  return watts <= 50 ? ok(Math.round(watts * 1_000)) : err('Write watts from 0 to 50, as 0.5.');
};

type LampFormProps = {
  readonly view: LightingView;
  /** Null: a new one. */
  readonly lamp: LampView | null;
  readonly onClose: () => void;
};

/** What a person enters, and the lamp that it means; null while something is wrong. */
function useLampEntries({ view, lamp }: LampFormProps) {
  const [group, setGroup] = useState(lamp?.group ?? view.groups[0]?.name ?? '');
  const [isProtected, setProtected] = useState(lamp?.floorPercent != null);
  const [links, setLinks] = useState(lamp === null);
  const name = useEntry(lamp?.name ?? '', (text) => readText(text, 1, 60));
  const watts = useEntry(lamp === null ? '' : String(lamp.fullW), readWatts);
  const standby = useEntry(String(lamp?.standbyW ?? 0.5), readStandby);
  const floor = useEntry(String(lamp?.floorPercent ?? 30), (text) =>
    isProtected ? readLevel(text, 1) : ok(0),
  );
  const endpoint = useEntry(lamp?.link?.endpoint ?? '', (text) => readEndpoint(text, links));
  const secret = useEntry('', (text) => readSecret(text, links && meant(endpoint.text)));
  const body = (): LampBody | null => {
    if (!name.read.ok || !watts.read.ok || !standby.read.ok || !floor.read.ok) return null;
    if (!endpoint.read.ok || !secret.read.ok) return null;
    const link = { endpoint: endpoint.read.value, secret: secret.read.value };
    return {
      ...{ name: name.read.value, group, fullW: watts.read.value },
      ...{ standbyMilliW: standby.read.value },
      floorPercent: isProtected ? floor.read.value : null,
      ...(links && link.endpoint !== '' ? { link } : {}),
    };
  };
  return {
    ...{ group, setGroup, isProtected, setProtected, links, setLinks, body },
    ...{ name, watts, standby, floor, endpoint, secret },
  };
}

export function LampForm(props: LampFormProps) {
  const { view, lamp, onClose } = props;
  const { connectionId } = view.account;
  const of = useLampEntries(props);
  const action = useAction({
    run: (body: LampBody) => keepLamp(connectionId, body),
    stale: [lightKey(connectionId), lightsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={lamp === null ? 'Add the lamp' : 'Save'}
      action={action}
      entries={[of.name, of.watts, of.standby, of.floor, of.endpoint, of.secret]}
      onCancel={onClose}
      onSubmit={() => {
        const body = of.body();
        if (body !== null) action.mutate(body);
      }}
    >
      {lamp === null && (
        <EntryField entry={of.name} label="Name" note="As it stands on the pole" focus />
      )}
      <NativeSelect
        label="Group"
        value={of.group}
        data={view.groups.map((each) => each.name)}
        onChange={(event) => of.setGroup(event.currentTarget.value)}
      />
      <EntryField entry={of.watts} label="Power at 100 %" unit="W" numeric />
      <EntryField entry={of.standby} label="Power while off" unit="W" numeric />
      <Checkbox
        label="A protected crossing: never dark while the sun is down"
        checked={of.isProtected}
        onChange={(event) => of.setProtected(event.currentTarget.checked)}
      />
      {of.isProtected && <EntryField entry={of.floor} label="Never below" unit="%" numeric />}
      <LinkFields of={of} lamp={lamp} />
    </DialogForm>
  );
}

function LinkFields(props: {
  readonly of: ReturnType<typeof useLampEntries>;
  readonly lamp: LampView | null;
}) {
  const { of, lamp } = props;
  const note = lamp === null ? 'Empty: linked later' : 'Counting goes on with its first reading';
  return (
    <>
      {lamp !== null && (
        <Checkbox
          label={lamp.link === null ? 'Link a controller' : 'Link another controller'}
          checked={of.links}
          onChange={(event) => of.setLinks(event.currentTarget.checked)}
        />
      )}
      {of.links && (
        <EntryField entry={of.endpoint} label="Endpoint name of its controller" note={note} />
      )}
      {of.links && meant(of.endpoint.text) && (
        <EntryField
          entry={of.secret}
          label="Secret of its controller"
          note="64 hex digits; kept sealed and shown nowhere"
          kind="secret"
        />
      )}
    </>
  );
}

const meant = (text: string): boolean => text.trim() !== '';

function readEndpoint(text: string, links: boolean): Read<string> {
  const endpoint = text.trim();
  if (!links || endpoint === '') return ok('');
  return /^[!-~]{1,128}$/.test(endpoint)
    ? ok(endpoint)
    : err('Up to 128 signs without blanks, as urn:dev:lamp-17.');
}

function readSecret(text: string, isNeeded: boolean): Read<string> {
  const secret = text.trim();
  if (!isNeeded) return ok('');
  return /^[0-9a-fA-F]{64}$/.test(secret) ? ok(secret) : err('Write its 64 hex digits.');
}

export function LampListForm(props: {
  readonly connectionId: string;
  readonly onClose: () => void;
}) {
  const { connectionId, onClose } = props;
  const [file, setFile] = useState<File | null>(null);
  const chosen = useEntry('', () => (file === null ? err('Choose a file.') : ok(file)));
  const action = useAction({
    run: async (from: File) => keepLamps(connectionId, await from.text()),
    stale: [lightKey(connectionId), lightsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Bring in the list"
      action={action}
      entries={[chosen]}
      onCancel={onClose}
      onSubmit={() => chosen.read.ok && action.mutate(chosen.read.value)}
    >
      <Text size="sm">
        A CSV file whose first line names the columns lamp, group and watts, and as wanted
        standby_watts, floor_percent, endpoint and secret. Lamps are added, or changed by their
        name; others stay. All lines are taken, or none.
      </Text>
      <FileField label="File" file={file} onFile={setFile} fault={chosen.fault} />
    </DialogForm>
  );
}

export function RemoveLampForm(props: {
  readonly connectionId: string;
  readonly lamp: LampView;
  readonly onClose: () => void;
}) {
  const { connectionId, lamp, onClose } = props;
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string) => removeLamp(connectionId, { name: lamp.name, reason: why }),
    stale: [lightKey(connectionId), lightsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Take the lamp away"
      danger
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        It is told nothing any more, and its controller’s name is free for another one. What it has
        counted stays the account’s.
      </Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}
