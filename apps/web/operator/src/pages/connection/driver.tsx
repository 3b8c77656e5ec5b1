// How a meter is reached: which device answers where, when it was read, what went wrong, how a
// change of its keys stands, and the account that it keeps; and what may be done about it.

import { Stack, Text, Title } from '@mantine/core';
import type { DlmsAccount, DlmsKeyChange, DriverView } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { driverQuery } from '../../api/drivers.ts';
import {
  amountOfMeter,
  driverFaultLabels,
  keyChangeLabels,
  openRefusal,
  policyLabels,
  wordOfMeter,
  wrappingLabels,
} from '../../text/driver.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Fact, facts, Instant, panel } from '../../ui/show.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { DriverActions } from './driver-actions.tsx';

export function Driver({ connectionId }: { connectionId: string }) {
  const { data } = useQuery(driverQuery(connectionId));
  if (data === undefined) return null;
  return (
    <section aria-labelledby="driver">
      <Title order={2} id="driver" mb="xs">
        {titles[data.driver]}
      </Title>
      <div className={panel}>
        {data.driver === 'mqtt' && (
          <Text size="sm">By the broker, or by hand where it has no link.</Text>
        )}
        {data.lwm2m !== null && <ByLwm2m lwm2m={data.lwm2m} />}
        {data.dlms !== null && <Link dlms={data.dlms} />}
        {data.dlms?.account != null && <Account account={data.dlms.account} />}
        <DriverActions connectionId={connectionId} view={data} />
      </div>
    </section>
  );
}

const titles = {
  mqtt: 'How it is reached',
  dlms: 'Read by DLMS',
  lwm2m: 'Read by LwM2M',
} as const;

function ByLwm2m({ lwm2m }: { lwm2m: NonNullable<DriverView['lwm2m']> }) {
  const said =
    lwm2m.speaks === 'messages' ? 'It says the head-end’s messages' : 'Read object by object';
  return (
    <dl className={facts} aria-label="How it is read">
      <Fact
        name="Registers as"
        note={lwm2m.proof === 'secret' ? 'It proves its secret' : 'It proves nothing to us'}
      >
        {lwm2m.endpoint}
      </Fact>
      <Fact name="Last heard" note={lwm2m.speaks === null ? undefined : said}>
        {lwm2m.heardAt === null ? 'Never' : <Instant at={lwm2m.heardAt} />}
      </Fact>
      {lwm2m.serial !== null && <Fact name="Says that it is">{lwm2m.serial}</Fact>}
      {lwm2m.sleeps === true && (
        <Fact name="Sleeps" note="What is for it waits until it is heard">
          Between its messages
        </Fact>
      )}
      {lwm2m.fault !== null && (
        <Fact name="What is wrong" note={<Instant at={lwm2m.fault.at} />}>
          {driverFaultLabels[lwm2m.fault.what]}
        </Fact>
      )}
    </dl>
  );
}

const securityOf = ({ authentication, suite }: NonNullable<DriverView['dlms']>): string =>
  suite === 0 ? authentication : `${authentication}, suite ${suite}`;

function Link({ dlms }: { dlms: NonNullable<DriverView['dlms']> }) {
  const known = [dlms.deviceName, dlms.serverTitle].filter((each) => each !== null).join(', ');
  const way = dlms.reach === 'called' ? 'Called at' : 'Dials in as';
  return (
    <dl className={facts} aria-label="How it is read">
      <Fact name={way} note={`${dlms.framing}, client ${dlms.clientSap}, ${securityOf(dlms)}`}>
        {dlms.address}
      </Fact>
      {known !== '' && <Fact name="Says that it is">{known}</Fact>}
      <Fact name="Last read" note={`Each ${dlms.readEveryMinutes} minutes`}>
        {dlms.lastReadAt === null ? 'Never' : <Instant at={dlms.lastReadAt} />}
      </Fact>
      {dlms.fault !== null && (
        <Fact name="What is wrong" note={<Instant at={dlms.fault.at} />}>
          {driverFaultLabels[dlms.fault.what]}
        </Fact>
      )}
      {dlms.keyChange !== null && <KeyChange change={dlms.keyChange} />}
    </dl>
  );
}

function KeyChange({ change }: { change: DlmsKeyChange }) {
  const { state, refusal, policy, wrapping, changedAt, askedAt, askedBy, isOpen } = change;
  const asked = (
    <>
      {changedAt === null ? 'Asked' : 'Done'} <Instant at={changedAt ?? askedAt} />
      {changedAt === null ? ` by ${askedBy}` : ''}
      {wrapping === null ? '' : `. ${wrappingLabels[wrapping]}`}
      {policy === null ? '' : `. ${policyLabels[policy]}`}
      {isOpen && state === 'refused' ? `. ${openRefusal}.` : ''}
    </>
  );
  return (
    <Fact name="Its keys" note={asked}>
      {keyChangeLabels[state]}
      {refusal === null ? '' : `: ${refusal}`}
    </Fact>
  );
}

type Credit = DlmsAccount['credits'][number];
type Charge = DlmsAccount['charges'][number];

function Account({ account }: { account: DlmsAccount }) {
  const { currency } = account;
  const creditColumns: readonly Column<Credit>[] = [
    { key: 'type', header: 'Credit', card: 'title', cell: ({ type }) => wordOfMeter(type) },
    { key: 'status', header: 'State', cell: ({ status }) => wordOfMeter(status) },
    {
      ...{ key: 'amount', header: 'Left', end: true },
      cell: ({ amount }) => amountOfMeter(amount, currency),
    },
  ];
  const chargeColumns: readonly Column<Charge>[] = [
    { key: 'type', header: 'Charge', card: 'title', cell: ({ type }) => wordOfMeter(type) },
    {
      ...{ key: 'paid', header: 'Paid so far', end: true },
      cell: ({ paid }) => amountOfMeter(paid, currency),
    },
    {
      ...{ key: 'left', header: 'Still to pay', end: true },
      cell: ({ left }) => amountOfMeter(left, currency),
    },
  ];
  return (
    <Stack gap="sm" mt="sm">
      <dl className={facts} aria-label="Account in the meter">
        <Fact name="Left in the meter">{amountOfMeter(account.availableCredit, currency)}</Fact>
        <Fact name="To clear">{amountOfMeter(account.amountToClear, currency)}</Fact>
      </dl>
      <DataTable
        label="Credits in the meter"
        noun="credit"
        columns={creditColumns}
        rowKey={(row) => row.logicalName}
        query={wholeList(account.credits)}
        empty="It has no credit."
      />
      <DataTable
        label="Charges in the meter"
        noun="charge"
        columns={chargeColumns}
        rowKey={(row) => row.logicalName}
        query={wholeList(account.charges)}
        empty="It charges nothing."
      />
    </Stack>
  );
}
