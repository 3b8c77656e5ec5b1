// How a meter is reached by DLMS or LwM2M, as an administrator writes it down. Keys are typed
// unseen, go out once, and are forgotten with their dialog.

import { NativeSelect, Text } from '@mantine/core';
import type { DlmsLinkBody, DriverLinkBody, DriverView } from '@prewatt/api';
import { useState } from 'react';
import { linkByDriver } from '../../api/drivers.ts';
import { useAction } from '../../api/use-action.ts';
import {
  readDeviceId,
  readEndpoint,
  readHex,
  readHexOrNone,
  readHost,
  readWhole,
  securityLabels,
} from '../../text/driver.ts';
import { readText } from '../../text/entries.ts';
import { DialogForm, type Entry, EntryField, useEntry } from '../../ui/form.tsx';

type Wish = DriverLinkBody extends infer Body
  ? Body extends DriverLinkBody
    ? Omit<Body, 'requestId' | 'reason'>
    : never
  : never;

/** What a part of the form comes to, and its fields that must be right before. */
type Part<T> = { readonly value: T | null; readonly entries: readonly Entry<unknown>[] };

type Props = {
  readonly connectionId: string;
  readonly view: DriverView;
  readonly onClose: () => void;
};

const drivers = [
  { value: 'dlms', label: 'DLMS/COSEM' },
  { value: 'lwm2m', label: 'LwM2M (NB-IoT)' },
];

export function LinkForm({ connectionId, view, onClose }: Props) {
  const [driver, setDriver] = useState(view.driver === 'lwm2m' ? 'lwm2m' : 'dlms');
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const every = useEntry(
    String(view.dlms?.readEveryMinutes ?? view.lwm2m?.readEveryMinutes ?? 15),
    readWhole(1, 1_440),
  );
  const dlms = useDlms(view.dlms);
  const lwm2m = useLwm2m(view.lwm2m);
  const action = useAction({
    run: (body: Wish & { reason: string }, requestId) =>
      linkByDriver(connectionId, { ...body, requestId } as DriverLinkBody),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  const part = driver === 'dlms' ? dlms.part : lwm2m.part;
  const send = () => {
    if (part.value === null || !every.read.ok || !reason.read.ok) return;
    const wish = { ...part.value, readEveryMinutes: every.read.value } as Wish;
    action.mutate({ ...wish, reason: reason.read.value });
  };
  return (
    <DialogForm
      submit="Link it"
      action={action}
      entries={[...part.entries, every, reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      <Text size="sm">
        The server reads and commands the meter this way from now on. What it has at the broker, or
        by another driver, ends.
      </Text>
      <NativeSelect
        label="It speaks"
        value={driver}
        data={drivers}
        onChange={(event) => setDriver(event.currentTarget.value === 'lwm2m' ? 'lwm2m' : 'dlms')}
      />
      {driver === 'dlms' ? dlms.fields : lwm2m.fields}
      <EntryField entry={every} label="Read each" unit="minutes" numeric narrow />
      <EntryField entry={reason} label="Why" note="Kept with your name" long />
    </DialogForm>
  );
}

/** Splits "10.20.0.7:4059". */
function placeOf(dlms: DriverView['dlms']): { readonly host: string; readonly port: string } {
  if (dlms === null || dlms.reach !== 'called') return { host: '', port: '4059' };
  const at = dlms.address.lastIndexOf(':');
  return { host: dlms.address.slice(0, at), port: dlms.address.slice(at + 1) };
}

function useReach(dlms: DriverView['dlms']) {
  const [kind, setKind] = useState<DlmsLinkBody['reach']['kind']>(dlms?.reach ?? 'called');
  const place = placeOf(dlms);
  const host = useEntry(place.host, readHost);
  const port = useEntry(place.port, readWhole(1, 65_535));
  const id = useEntry(dlms?.reach === 'dialsIn' ? dlms.address : '', readDeviceId);
  const value: DlmsLinkBody['reach'] | null =
    kind === 'called'
      ? host.read.ok && port.read.ok
        ? { kind, host: host.read.value, port: port.read.value }
        : null
      : id.read.ok
        ? { kind, deviceId: id.read.value }
        : null;
  const part: Part<DlmsLinkBody['reach']> = {
    value,
    entries: kind === 'called' ? [host, port] : [id],
  };
  const fields = (
    <>
      <NativeSelect
        label="Who calls"
        value={kind}
        data={[
          { value: 'called', label: 'The server calls the meter' },
          { value: 'dialsIn', label: 'The meter dials in' },
        ]}
        onChange={(event) =>
          setKind(event.currentTarget.value === 'dialsIn' ? 'dialsIn' : 'called')
        }
      />
      {kind === 'called' ? (
        <>
          <EntryField entry={host} label="Address" />
          <EntryField entry={port} label="Port" numeric />
        </>
      ) : (
        <EntryField
          entry={id}
          label="Device id"
          note="What it says first, or its logical device name"
        />
      )}
    </>
  );
  return { part, fields };
}

type Security = DlmsLinkBody['authentication']['kind'];
const usualClient: Readonly<Record<Security, string>> = {
  ...{ gmac: '1', ecdsa: '1', low: '17', none: '16', kept: '1' },
};

type Keys = { readonly encryptionKey: string; readonly authenticationKey: string };

/** The keys of an association that is authenticated and encrypted, as makers hand them over. */
function useKeys() {
  const encryption = useEntry('', readHex(32));
  const authentication = useEntry('', readHex(32));
  const wrapping = useEntry('', readHexOrNone(32));
  const entries = [encryption, authentication, wrapping];
  const isRead = encryption.read.ok && authentication.read.ok && wrapping.read.ok;
  const keyEncryptionKey = isRead ? wrapping.read.value : undefined;
  const value: (Keys & { readonly keyEncryptionKey?: string }) | null = isRead
    ? {
        encryptionKey: encryption.read.value,
        authenticationKey: authentication.read.value,
        ...(keyEncryptionKey === undefined ? {} : { keyEncryptionKey }),
      }
    : null;
  const fields = (
    <>
      <EntryField entry={encryption} label="Encryption key" kind="secret" />
      <EntryField entry={authentication} label="Authentication key" kind="secret" />
      <EntryField
        entry={wrapping}
        label="Key encryption key"
        note="If you have it: the server can then change the other two"
        kind="secret"
      />
    </>
  );
  return { part: { value, entries }, fields };
}

/** Of suite 1: by which server and meter prove themselves. */
function useSignatures() {
  const signing = useEntry('', readHex(64));
  const meterKey = useEntry('', readHex(128));
  const value =
    signing.read.ok && meterKey.read.ok
      ? { signingKey: signing.read.value, meterPublicKey: meterKey.read.value }
      : null;
  const fields = (
    <>
      <EntryField
        entry={signing}
        label="Signing key"
        note="The server’s, of suite 1, 64 hex digits: the meter knows its public key"
        kind="secret"
      />
      <EntryField entry={meterKey} label="The meter's public key" note="128 hex digits" long />
    </>
  );
  return { part: { value, entries: [signing, meterKey] }, fields };
}

function useSecurity(dlms: DriverView['dlms'], onChange: (kind: Security) => void) {
  const isLinked = dlms !== null;
  const [kind, setKind] = useState<Security>(isLinked ? 'kept' : 'gmac');
  const [suite, setSuite] = useState<0 | 1>(dlms?.suite === 1 ? 1 : 0);
  const keys = useKeys();
  const signatures = useSignatures();
  const password = useEntry('', (text) => readText(text, 1, 64));
  const chosen = (): DlmsLinkBody['authentication'] | null => {
    if (kind === 'kept' || kind === 'none') return { kind };
    if (kind === 'low') return password.read.ok ? { kind, password: password.read.value } : null;
    const [given, signed] = [keys.part.value, signatures.part.value];
    if (given === null) return null;
    if (kind === 'gmac') return { kind, ...given, suite };
    return signed === null ? null : { kind, ...given, ...signed };
  };
  const entriesOf: Readonly<Record<Security, readonly Entry<unknown>[]>> = {
    ...{ gmac: keys.part.entries, ecdsa: [...keys.part.entries, ...signatures.part.entries] },
    ...{ low: [password], none: [], kept: [] },
  };
  const choices = [
    ...(isLinked ? [{ value: 'kept', label: 'As it is: what the server has' }] : []),
    ...Object.entries(securityLabels).map(([value, label]) => ({ value, label })),
  ];
  const fields = (
    <>
      <NativeSelect
        label="How the server is let in"
        value={kind}
        data={choices}
        onChange={({ currentTarget }) => {
          setKind(currentTarget.value as Security);
          onChange(currentTarget.value as Security);
        }}
      />
      {kind === 'gmac' && (
        <NativeSelect
          label="Security suite"
          value={String(suite)}
          data={['0', '1']}
          onChange={({ currentTarget }) => setSuite(currentTarget.value === '1' ? 1 : 0)}
        />
      )}
      {(kind === 'gmac' || kind === 'ecdsa') && keys.fields}
      {kind === 'ecdsa' && signatures.fields}
      {kind === 'low' && <EntryField entry={password} label="Password" kind="secret" />}
    </>
  );
  return { part: { value: chosen(), entries: entriesOf[kind] }, fields };
}

function useDlms(dlms: DriverView['dlms']) {
  const client = useEntry(String(dlms?.clientSap ?? 1), readWhole(1, 127));
  const device = useEntry(String(dlms?.serverSap ?? 1), readWhole(1, 16_383));
  const [framing, setFraming] = useState<DlmsLinkBody['framing']>(dlms?.framing ?? 'wrapper');
  const reach = useReach(dlms);
  const security = useSecurity(dlms, (kind) => {
    if (kind !== 'kept') client.setText(usualClient[kind]);
  });
  const isRead =
    reach.part.value !== null && security.part.value !== null && client.read.ok && device.read.ok;
  const value = isRead
    ? {
        ...{ driver: 'dlms' as const, reach: reach.part.value, framing },
        ...{ clientSap: client.read.value, serverSap: device.read.value },
        authentication: security.part.value,
        ...(dlms === null ? {} : { clientTitle: dlms.clientTitle }),
      }
    : null;
  const fields = (
    <>
      {reach.fields}
      {security.fields}
      <EntryField entry={client} label="Client" numeric />
      <EntryField entry={device} label="Logical device" numeric />
      <NativeSelect
        label="Framing"
        value={framing}
        data={[
          { value: 'wrapper', label: 'Wrapper' },
          { value: 'hdlc', label: 'HDLC' },
        ]}
        onChange={(event) => setFraming(event.currentTarget.value === 'hdlc' ? 'hdlc' : 'wrapper')}
      />
    </>
  );
  const entries = [...reach.part.entries, ...security.part.entries, client, device];
  return { part: { value, entries }, fields };
}

function useLwm2m(lwm2m: DriverView['lwm2m']) {
  const [proof, setProof] = useState<'secret' | 'none'>(lwm2m?.proof ?? 'secret');
  const endpoint = useEntry(lwm2m?.endpoint ?? '', readEndpoint);
  const secret = useEntry('', readHex(64));
  const hasSecret = proof === 'secret';
  const value =
    endpoint.read.ok && (!hasSecret || secret.read.ok)
      ? {
          ...{ driver: 'lwm2m' as const, endpoint: endpoint.read.value },
          proof:
            hasSecret && secret.read.ok
              ? { kind: 'secret' as const, secret: secret.read.value }
              : { kind: 'none' as const },
        }
      : null;
  const fields = (
    <>
      <EntryField entry={endpoint} label="Endpoint name" note="By which the device registers" />
      <NativeSelect
        label="How it proves itself"
        value={proof}
        data={[
          { value: 'secret', label: 'By a secret of its own' },
          { value: 'none', label: 'Something in front of the server proves it' },
        ]}
        onChange={(event) => setProof(event.currentTarget.value === 'none' ? 'none' : 'secret')}
      />
      {hasSecret && <EntryField entry={secret} label="Secret" note="64 hex digits" kind="secret" />}
    </>
  );
  return { part: { value, entries: hasSecret ? [endpoint, secret] : [endpoint] }, fields };
}
