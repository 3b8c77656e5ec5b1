// Forms of a lighting account: open or change it, close it, groups, and levels for a time.

import { NativeSelect, Radio, Stack, Text } from '@mantine/core';
import type { LightingAccount, LightingView } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import { type Failure, problemFailure } from '../../api/failure.ts';
import {
  closeAccount,
  connectionOfMeter,
  keepGroup,
  lightKey,
  lightsKey,
  openAccount,
  overrideLevel,
} from '../../api/lights.ts';
import { businessClock } from '../../api/queries.ts';
import { useAction } from '../../api/use-action.ts';
import { useZone } from '../../shell/session.tsx';
import { type Read, readCount, readText } from '../../text/entries.ts';
import { civilMinute, instantOf } from '../../text/time.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { readDegrees, readLevel } from './draft.ts';
import { degreesText } from './labels.ts';

const readMeter = (text: string): Read<string> => {
  const digits = text.replaceAll(/\s/g, '');
  return /^\d{11,18}$/.test(digits) ? ok(digits) : err('Write the digits of the meter number.');
};
const startDegrees = (microDeg: number | undefined): string =>
  microDeg === undefined ? '' : degreesText(microDeg);
const readReason = (text: string): Read<string> => readText(text, 5, 500);

export function AccountForm(props: {
  /** Null: a new one, by the number of its meter. */
  readonly account: LightingAccount | null;
  readonly onClose: () => void;
  readonly onOpened?: (connectionId: string) => void;
}) {
  const { account, onClose, onOpened } = props;
  const known = account?.connectionId ?? null;
  const meter = useEntry('', (text) => (known === null ? readMeter(text) : ok('')));
  const latitude = useEntry(startDegrees(account?.latitudeMicroDeg), (t) => readDegrees(t, 90));
  const longitude = useEntry(startDegrees(account?.longitudeMicroDeg), (t) => readDegrees(t, 180));
  const nights = useEntry(String(account?.dimBelowNights ?? 3), (text) => readCount(text, 30));
  const dimTo = useEntry(String(account?.dimToPercent ?? 50), (text) => readDimTo(text));
  const reason = useEntry('', readReason);
  const [meteredBy, setMeteredBy] = useState(account?.meteredBy ?? 'lamps');
  const mayChoose = account === null || account.closedAt !== null;
  const action = useAction({
    run: async (body: Omit<Parameters<typeof openAccount>[1], 'requestId'>, requestId) => {
      const id = known === null ? await connectionOfMeter(meterOf(meter.read)) : ok(known);
      if (!id.ok) throw refusal(id.error);
      return openAccount(id.value, { ...body, requestId });
    },
    stale: [lightsKey, ...(known === null ? [] : [lightKey(known)])],
    onDone: (view) => {
      onClose();
      onOpened?.(view.account.connectionId);
    },
  });
  return (
    <DialogForm
      submit={
        account === null ? 'Open the account' : account.closedAt === null ? 'Save' : 'Open it again'
      }
      action={action}
      entries={[meter, latitude, longitude, nights, dimTo, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!latitude.read.ok || !longitude.read.ok) return;
        if (!nights.read.ok || !dimTo.read.ok || !reason.read.ok) return;
        action.mutate({
          ...{ latitudeMicroDeg: latitude.read.value, longitudeMicroDeg: longitude.read.value },
          ...{ dimBelowNights: nights.read.value, dimToPercent: dimTo.read.value },
          ...{ reason: reason.read.value, ...(mayChoose ? { meteredBy } : {}) },
        });
      }}
    >
      {known === null && (
        <EntryField
          entry={meter}
          label="Meter number"
          note="Of the connection that pays for the lamps"
          numeric
          focus
        />
      )}
      {mayChoose && <MeteredBy chosen={meteredBy} onChoose={setMeteredBy} />}
      <EntryField entry={latitude} label="Latitude" note="South of the equator is below zero" />
      <EntryField entry={longitude} label="Longitude" note="West of Greenwich is below zero" />
      <EntryField
        entry={nights}
        label="Dim below so many nights of credit"
        note="0: never dimmed before dark"
        numeric
      />
      <EntryField entry={dimTo} label="Then to this share of each level" unit="%" numeric />
      <EntryField entry={reason} label="Why" note="Kept with your name" />
    </DialogForm>
  );
}

const readDimTo = (text: string): Read<number> => {
  const level = readLevel(text, 1);
  return level.ok && level.value === 100 ? err('Write per cent from 1 to 99.') : level;
};
const meterOf = (read: Read<string>): string => (read.ok ? read.value : '');
const refusal = (detail: string): Failure =>
  problemFailure(
    { type: 'about:blank', title: 'Not found', status: 404, code: 'notFound', detail },
    null,
  );

function MeteredBy(props: {
  readonly chosen: LightingAccount['meteredBy'];
  readonly onChoose: (chosen: LightingAccount['meteredBy']) => void;
}) {
  return (
    <Radio.Group
      label="What counts its energy"
      value={props.chosen}
      onChange={(value) => props.onChoose(value === 'meter' ? 'meter' : 'lamps')}
    >
      <Stack gap={6} mt={4}>
        <Radio
          value="lamps"
          label="Its lamps"
          description="The register is the sum of what they count. Paid for from a wallet"
        />
        <Radio
          value="meter"
          label="A meter of its own in the cabinet"
          description="It takes tokens, or is in wallet mode; its switch cuts the cabinet"
        />
      </Stack>
    </Radio.Group>
  );
}

export function CloseForm(props: {
  readonly account: LightingAccount;
  readonly onClose: () => void;
}) {
  const { connectionId, lamps } = props.account;
  const reason = useEntry('', readReason);
  const action = useAction({
    run: (why: string) => closeAccount(connectionId, why),
    stale: [lightsKey, lightKey(connectionId)],
    onDone: props.onClose,
  });
  return (
    <DialogForm
      submit="Close the account"
      danger
      action={action}
      entries={[reason]}
      onCancel={props.onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">
        {lamps === 0
          ? 'It has no lamps.'
          : `Its lamps (${lamps}) are taken away and told nothing any more.`}{' '}
        Overrides end. What was counted stays, and money that is left is the customer’s.
      </Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}

export function GroupForm(props: {
  readonly view: LightingView;
  /** Null: a new one. */
  readonly group: string | null;
  readonly onClose: () => void;
}) {
  const { view, group, onClose } = props;
  const { connectionId } = view.account;
  const name = useEntry(group ?? '', (text) => readText(text, 1, 60));
  const known = view.groups.find((each) => each.name === group);
  const [programme, setProgramme] = useState(known?.programme ?? view.programmes[0]?.name ?? '');
  const action = useAction({
    run: (body: Parameters<typeof keepGroup>[1]) => keepGroup(connectionId, body),
    stale: [lightKey(connectionId)],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={group === null ? 'Make the group' : 'Save'}
      action={action}
      entries={[name]}
      onCancel={onClose}
      onSubmit={() => name.read.ok && action.mutate({ name: name.read.value, programme })}
    >
      {group === null && <EntryField entry={name} label="Name" note="A street, a park" focus />}
      <NativeSelect
        label="Dim programme"
        value={programme}
        data={view.programmes.map((each) => each.name)}
        onChange={(event) => setProgramme(event.currentTarget.value)}
      />
    </DialogForm>
  );
}

const everything = 'all';
const twoHoursMs = 7_200_000;

export function OverrideForm(props: {
  readonly view: LightingView;
  /** A lamp of which it is. */
  readonly lamp: string | null;
  readonly onClose: () => void;
}) {
  const { view, lamp, onClose } = props;
  const { connectionId } = view.account;
  const zone = useZone();
  const [group, setGroup] = useState(everything);
  const level = useEntry('100', (text) => readLevel(text));
  const until = useEntry(civilMinute(businessClock.nowMs() + twoHoursMs, zone), (text) =>
    readUntil(text, zone),
  );
  const reason = useEntry('', readReason);
  const action = useAction({
    run: (body: Omit<Parameters<typeof overrideLevel>[1], 'requestId'>, requestId) =>
      overrideLevel(connectionId, { ...body, requestId }),
    stale: [lightKey(connectionId)],
    onDone: onClose,
  });
  const of = lamp !== null ? { lamp } : group === everything ? {} : { group: group.slice(1) };
  return (
    <DialogForm
      submit="Override"
      action={action}
      entries={[level, until, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!level.read.ok || !until.read.ok || !reason.read.ok) return;
        const [levelPercent, end] = [level.read.value, until.read.value];
        action.mutate({ ...of, levelPercent, until: end, reason: reason.read.value });
      }}
    >
      {lamp === null ? (
        <NativeSelect
          label="Lamps"
          value={group}
          data={[
            { value: everything, label: 'All lamps of the account' },
            ...view.groups.map(({ name }) => ({ value: `=${name}`, label: name })),
          ]}
          onChange={(event) => setGroup(event.currentTarget.value)}
        />
      ) : (
        <Text size="sm">Lamp {lamp}, in place of its programme.</Text>
      )}
      <EntryField
        entry={level}
        label="Level"
        unit="%"
        note="0 is off. Credit and protected crossings still count"
        numeric
        focus
      />
      <EntryField
        entry={until}
        label="Until"
        note="Then the programme holds again; 31 days at most"
        kind="datetime-local"
      />
      <EntryField entry={reason} label="Why" note="Kept with your name" />
    </DialogForm>
  );
}

function readUntil(text: string, zone: string): Read<string> {
  const atMs = instantOf(text, zone);
  if (atMs === null) return err('Write a day and a time.');
  if (atMs <= businessClock.nowMs()) return err('It has to end later than now.');
  return ok(new Date(atMs).toISOString());
}
