// Opens a job at the desk: which home, which meter, who goes.

import { Checkbox, NativeSelect, Text } from '@mantine/core';
import type { InstallKind, NewInstall } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { installsKey, openInstall, techniciansQuery } from '../../api/installs.ts';
import { vendingKeysQuery } from '../../api/keys.ts';
import { metersQuery } from '../../api/queries.ts';
import { tariffsQuery } from '../../api/tariffs.ts';
import { useAction } from '../../api/use-action.ts';
import { readText } from '../../text/entries.ts';
import { readMeterNumber } from '../../text/meter-check.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { keysNote, readCustomer } from './entries.ts';
import { kindLabels } from './labels.ts';

type Without<T> = T extends unknown ? Omit<T, 'requestId'> : never;

const kinds = Object.keys(kindLabels) as InstallKind[];
const isKind = (text: string): text is InstallKind => kinds.includes(text as InstallKind);
const readPanOrNothing = (text: string) => (text.trim() === '' ? ok(null) : readMeterNumber(text));
const readDigits = (count: number) => (text: string) =>
  new RegExp(`^\\d{${count}}$`).test(text.trim()) ? ok(text.trim()) : err(`Write ${count} digits.`);
const readRevision = (text: string) =>
  /^[1-9]$/.test(text.trim()) ? ok(Number(text)) : err('A revision is 1 to 9.');

export function NewInstallForm({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [kind, setKind] = useState<InstallKind>('newMeter');
  const [technicianId, setTechnicianId] = useState('');
  const [wasPostpaid, setWasPostpaid] = useState(false);
  const note = useEntry('', (text) => readText(text, 0, 500));
  const home = useHome();
  const fresh = useFreshConnection();
  const meter = useMeter();
  const action = useAction({
    run: (body: Without<NewInstall>, requestId) =>
      openInstall({ ...body, requestId } as NewInstall),
    stale: [installsKey],
    onDone: ({ installId }) => void navigate({ to: '/installs/$installId', params: { installId } }),
  });
  const part = kind === 'newConnection' ? fresh : home;
  const entries = [...part.entries, ...(kind === 'newMeter' ? [] : meter.entries), note];
  const send = () => {
    if (!note.read.ok) return;
    const common = {
      note: note.read.value,
      technicianId: technicianId === '' ? null : technicianId,
      wasPostpaid,
    };
    const connection = fresh.value();
    const brought = meter.value();
    const connectionId = home.value();
    if (kind === 'newConnection' && connection !== null && brought !== null) {
      action.mutate({ ...common, kind, connection, meter: brought });
    } else if (kind === 'exchange' && connectionId !== null && brought !== null) {
      action.mutate({ ...common, kind, connectionId, meter: brought });
    } else if (kind === 'newMeter' && connectionId !== null) {
      action.mutate({ ...common, kind, connectionId });
    }
  };
  return (
    <DialogForm
      submit="Open the job"
      action={action}
      entries={entries}
      onSubmit={send}
      onCancel={onClose}
    >
      <NativeSelect
        label="Kind"
        value={kind}
        data={kinds.map((each) => ({ value: each, label: kindLabels[each] }))}
        onChange={({ currentTarget: { value } }) => isKind(value) && setKind(value)}
      />
      <Text size="sm" c="dimmed">
        {kindHelp[kind]}
      </Text>
      {part.fields}
      {kind !== 'newMeter' && meter.fields}
      <TechnicianSelect technicianId={technicianId} onChoose={setTechnicianId} />
      <Checkbox
        label="The home paid afterwards until now; its days of grace begin with the install"
        checked={wasPostpaid}
        onChange={({ currentTarget }) => setWasPostpaid(currentTarget.checked)}
      />
      <EntryField entry={note} label="Note for the technician" long />
    </DialogForm>
  );
}

type TechnicianProps = {
  /** Empty: anybody. */
  readonly technicianId: string;
  readonly onChoose: (technicianId: string) => void;
};

function TechnicianSelect({ technicianId, onChoose }: TechnicianProps) {
  const people = useQuery(techniciansQuery).data?.rows ?? [];
  return (
    <NativeSelect
      label="Technician"
      value={technicianId}
      data={[
        { value: '', label: 'Anybody' },
        ...people.map(({ operatorId, name }) => ({ value: operatorId, label: name })),
      ]}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    />
  );
}

const kindHelp: Record<InstallKind, string> = {
  newConnection: 'The home has no meter. It is registered when the technician reads the number.',
  newMeter: 'The home’s meter is registered already and goes into use.',
  exchange: 'Another meter takes the place of the present one; what is left is carried over.',
};

/** A home by the number of its present meter. */
function useHome() {
  const pan = useEntry('', readMeterNumber);
  const wanted = pan.read.ok ? pan.read.value : '';
  const found = useInfiniteQuery({ ...metersQuery({ search: wanted }), enabled: wanted !== '' });
  const rows = wanted === '' ? [] : (found.data?.pages[0]?.rows ?? []);
  const [row] = rows.length === 1 ? rows : [];
  const isMissing = wanted !== '' && found.isSuccess && !found.isFetching && row === undefined;
  return {
    entries: [pan],
    value: () => row?.connectionId ?? null,
    fields: (
      <>
        <EntryField entry={pan} label="Number of the present meter" numeric focus />
        <Text size="sm" role="status" c={isMissing ? 'red' : 'dimmed'}>
          {row?.connectionName ?? (isMissing ? 'No home has this meter.' : '')}
        </Text>
      </>
    ),
  };
}

function useFreshConnection() {
  const name = useEntry('', (text) => readText(text, 1, 200));
  const address = useEntry('', (text) => readText(text, 1, 500));
  const phone = useEntry('', (text) => readText(text, 0, 30));
  const customer = useEntry('', readCustomer(phone.text));
  const tariffs = useQuery(tariffsQuery).data?.tariffs ?? [];
  const inForce = tariffs.flatMap(({ name, inForceVersionId }) =>
    inForceVersionId === null ? [] : [{ value: inForceVersionId, label: name }],
  );
  const [chosen, setChosen] = useState('');
  const tariffVersionId = chosen === '' ? (inForce[0]?.value ?? '') : chosen;
  return {
    entries: [name, address, customer, phone],
    value: () => {
      if (!name.read.ok || !address.read.ok || !customer.read.ok || !phone.read.ok) return null;
      const hasCustomer = customer.read.value !== '';
      return {
        name: name.read.value,
        address: address.read.value,
        customer: hasCustomer ? { name: customer.read.value, phone: phone.read.value } : null,
        tariffVersionId,
      };
    },
    fields: (
      <>
        <EntryField entry={name} label="Name of the home" focus />
        <EntryField entry={address} label="Address" />
        <EntryField entry={customer} label="Customer" note="Leave empty if nobody lives there" />
        <EntryField entry={phone} label="Customer’s phone" />
        <NativeSelect
          label="Tariff"
          value={tariffVersionId}
          data={inForce}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        />
      </>
    ),
  };
}

/** The meter that the technician brings. */
function useMeter() {
  const pan = useEntry('', readPanOrNothing);
  const group = useEntry('', readDigits(6));
  const index = useEntry('01', readDigits(2));
  const revision = useEntry('1', readRevision);
  const [algorithm, setAlgorithm] = useState<'ea07' | 'ea11'>('ea07');
  const [hasLink, setHasLink] = useState(false);
  const note = keysNote(useQuery(vendingKeysQuery).data?.rows);
  return {
    entries: [pan, group, index, revision],
    value: () => {
      if (!pan.read.ok || !group.read.ok || !index.read.ok || !revision.read.ok) return null;
      return {
        meterPan: pan.read.value,
        encryptionAlgorithm: algorithm,
        supplyGroupCode: group.read.value,
        tariffIndex: index.read.value,
        keyRevision: revision.read.value,
        hasLink,
        secretSha256: null,
      };
    },
    fields: (
      <>
        <EntryField
          entry={pan}
          label="Number of the new meter"
          note="Leave empty: whichever the technician has with them"
          numeric
        />
        <EntryField
          entry={group}
          label="Supply group"
          {...(note === undefined ? {} : { note })}
          numeric
        />
        <EntryField entry={index} label="Tariff index" numeric />
        <EntryField entry={revision} label="Key revision" numeric />
        <NativeSelect
          label="Encryption"
          value={algorithm}
          data={[
            { value: 'ea07', label: 'EA07 (STA)' },
            { value: 'ea11', label: 'EA11 (MISTY1)' },
          ]}
          onChange={({ currentTarget }) =>
            setAlgorithm(currentTarget.value === 'ea11' ? 'ea11' : 'ea07')
          }
        />
        <Checkbox
          label="It has a link; the technician reads its secret from the label"
          checked={hasLink}
          onChange={({ currentTarget }) => setHasLink(currentTarget.checked)}
        />
      </>
    ),
  };
}
