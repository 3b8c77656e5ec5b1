// The meter as it describes itself: its account, what holds its switch, its phases and registers,
// its link and clock. Says so when it cannot speak or never has.

import { Text, Title } from '@mantine/core';
import type { MeterReportJson, MeterView } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { meterQuery } from '../../api/connection.ts';
import { homeProtectionQuery } from '../../api/conversion.ts';
import { useSession, useZone } from '../../shell/session.tsx';
import {
  accountLabels,
  clockText,
  closingText,
  creditInUseLabels,
  creditText,
  emergencyLabels,
  linkLabels,
  linkNotes,
  microMoneyText,
  modeText,
  priceText,
  registerText,
  standingText,
  switchNote,
  tamperLabels,
} from '../../text/meter.ts';
import { kwhText, powerText, unknown } from '../../text/numbers.ts';
import { dateAndTime } from '../../text/time.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import {
  Age,
  Fact,
  facts,
  Instant,
  PowerNow,
  panel,
  SwitchState,
  ToneWord,
} from '../../ui/show.tsx';
import { EmptyNote, QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { knowledgeLabels, refusalLabels } from '../protection/labels.ts';
import { AccountTables } from './account-tables.tsx';
import styles from './connection.module.css';
import { PhaseTable } from './phases.tsx';

type CardProps = {
  readonly connectionId: string;
  /** The ledger holds the credit: what the meter counts besides is nobody's. */
  readonly isWallet: boolean;
};

export function MeterCard({ connectionId, isWallet }: CardProps) {
  const query = useQuery(meterQuery(connectionId));
  return (
    <section aria-labelledby="meter">
      <Title order={2} id="meter" mb="xs">
        Meter
      </Title>
      <QueryState query={query} height={180} />
      {query.data !== undefined && (
        <Card view={query.data} connectionId={connectionId} isWallet={isWallet} />
      )}
    </section>
  );
}

function Card({ view, connectionId, isWallet }: CardProps & { readonly view: MeterView }) {
  const { said, link } = view;
  const note = linkNotes[link.state];
  if (said === null) {
    return (
      <EmptyNote>
        {note ??
          'It is connected and has not reported yet. Its state appears here after its first ' +
            'report.'}
      </EmptyNote>
    );
  }
  return (
    <div className={panel}>
      {note !== null && (
        <Text size="sm" mb="sm">
          {note}
        </Text>
      )}
      <dl className={facts} aria-label="What the meter says">
        {isWallet ? <WalletFact said={said} /> : <AccountFacts said={said} />}
        <SupplyFacts view={view} said={said} />
        <LinkFacts view={view} said={said} />
        <RulesFact connectionId={connectionId} />
      </dl>
      {said.report.phases !== undefined && (
        <div className={styles.more}>
          <PhaseTable phases={said.report.phases} registers={view.registers} />
        </div>
      )}
      {!isWallet && <AccountTables said={said} />}
      <Registers view={view} />
    </div>
  );
}

type Said = NonNullable<MeterView['said']>;
type Account = NonNullable<MeterReportJson['account']>;

function WalletFact({ said }: { said: Said }) {
  const { account } = said.report;
  const isCounting = account === undefined || account.paymentMode === 'credit';
  return (
    <Fact name="Account" note="Its credit is the wallet above">
      {isCounting ? 'Only counts use' : modeText(account)}
    </Fact>
  );
}

function AccountFacts({ said }: { said: Said }) {
  const { account, money } = said.report;
  return (
    <>
      <Fact
        name="Account"
        note={account?.accountStatus === undefined ? null : accountLabels[account.accountStatus]}
      >
        {account === undefined ? unknown : modeText(account)}
      </Fact>
      <Fact name="Credit in use" note={account?.veryLow === true ? 'Very low' : null}>
        {account === undefined
          ? unknown
          : account.creditInUse === null
            ? 'None'
            : creditInUseLabels[account.creditInUse]}
      </Fact>
      <Fact
        name="Available credit"
        note={money === undefined ? null : `buys about ${kwhText(said.availableEnergyWh)}`}
      >
        {money === undefined
          ? kwhText(said.availableEnergyWh)
          : microMoneyText(money.availableMicroMinor, money.currency)}
      </Fact>
      <Fact
        name="To be paid back"
        note={said.owedEnergyWh === '0' ? null : 'Used beyond credit; the next top-ups pay for it'}
      >
        {money === undefined
          ? kwhText(said.owedEnergyWh)
          : microMoneyText(money.owedMicroMinor, money.currency)}
      </Fact>
      {account !== undefined && <EmergencyFacts account={account} money={money} />}
      {account !== undefined && <WarningFact account={account} money={money} />}
      <Fact name="Tariff in the meter" note={money === undefined ? 'It counts energy' : null}>
        {money === undefined ? 'None' : `${money.tariff.id}, version ${money.tariff.version}`}
      </Fact>
      {money !== undefined && <MoneyFacts money={money} />}
    </>
  );
}

type CreditProps = {
  readonly account: Account;
  readonly money: MeterReportJson['money'];
};

function WarningFact({ account, money }: CreditProps) {
  const { lowCreditThresholdWh: lowWh, veryLowCreditThresholdWh: veryLowWh } = account;
  if (lowWh === undefined) return null;
  const low = creditText(lowWh, { report: money, micro: money?.lowCreditThresholdMicroMinor });
  const micro = money?.veryLowCreditThresholdMicroMinor;
  return (
    <Fact
      name="Warns below"
      note={
        micro === undefined
          ? null
          : `${kwhText(lowWh)} and ${kwhText(veryLowWh ?? null)} at the price now`
      }
    >
      {low}
      {veryLowWh !== undefined && `, then ${creditText(veryLowWh, { report: money, micro })}`}
    </Fact>
  );
}

function EmergencyFacts({ account, money }: CreditProps) {
  const { emergency } = account;
  if (emergency === null) return <Fact name="Emergency credit">None</Fact>;
  const how = emergency.automatic === true ? 'begins by itself' : 'taken at the keypad';
  const of = (energyWh: string, micro: string | undefined) =>
    creditText(energyWh, { report: money, micro });
  const preset = emergency.presetEnergyWh;
  const used = money?.emergencyUsedMicroMinor ?? emergency.usedEnergyWh;
  const aside = money?.reservedMicroMinor ?? account.reservedEnergyWh;
  return (
    <>
      <Fact
        name="Emergency credit"
        note={`${preset === undefined ? '' : `${of(preset, money?.emergencyPresetMicroMinor)}, `}${how}`}
      >
        <ToneWord label={emergencyLabels[emergency.status]} />
      </Fact>
      <Fact
        name="Emergency left"
        note={
          used === '0'
            ? null
            : `${of(emergency.usedEnergyWh, money?.emergencyUsedMicroMinor)} to be paid back`
        }
      >
        {of(emergency.leftEnergyWh, money?.emergencyLeftMicroMinor)}
      </Fact>
      {aside !== '0' && (
        <Fact name="Put aside">{of(account.reservedEnergyWh, money?.reservedMicroMinor)}</Fact>
      )}
    </>
  );
}

function MoneyFacts({ money }: { money: NonNullable<MeterReportJson['money']> }) {
  const { currency, perKwhMicroMinor, standingDueMicroMinor, standingPrices = [] } = money;
  return (
    <>
      <Fact name="Price now" note="a kWh, as the meter charges it">
        {perKwhMicroMinor === undefined ? unknown : priceText(perKwhMicroMinor, currency)}
      </Fact>
      {standingPrices.map((price) => (
        <Fact key={price.label} name={price.label} note="Standing charge, before taxes on it">
          {standingText(price, currency)}
        </Fact>
      ))}
      <Fact name="Charges due" note="Standing charges that wait for credit">
        {standingDueMicroMinor === undefined
          ? unknown
          : microMoneyText(standingDueMicroMinor, currency)}
      </Fact>
    </>
  );
}

function SupplyFacts({ view, said }: { view: MeterView; said: Said }) {
  const zone = useZone();
  const { account, switchUnknownSinceMs: sinceMs } = said.report;
  const until = account?.protectedUntilMs ?? null;
  const closing = account === undefined ? null : closingText(account);
  return (
    <>
      <Fact name="Load switch" note={switchNote(said.loadSwitch, account)}>
        <SwitchState
          loadSwitch={said.loadSwitch}
          unknownSince={sinceMs === undefined ? null : new Date(sinceMs).toISOString()}
        />
      </Fact>
      {view.waiting !== null && (
        <Fact name="Token to type" note="Sold or given; the meter has not taken it">
          {view.waiting.tokens === 1 ? 'one' : `${view.waiting.tokens} in order`}, of{' '}
          {dateAndTime(Date.parse(view.waiting.issuedAt), zone)}
        </Fact>
      )}
      {closing !== null && (
        <Fact name="Comes back on" note={closing.note}>
          {closing.text}
        </Fact>
      )}
      {until !== null && (
        <Fact name="Kept on by a rule" note="The first moment at which it may be cut">
          until {dateAndTime(until, zone)}
        </Fact>
      )}
      <Fact name="Power limit" note={limitNote(view, account)}>
        {account === undefined
          ? unknown
          : account.powerLimitW === null
            ? 'None'
            : powerText(account.powerLimitW)}
      </Fact>
      <Fact name="Power now">
        <PowerNow powerW={said.powerW} at={said.capturedAt} />
      </Fact>
      <Fact name="Tamper" note={tampered(account) ? 'Until a token clears it' : null}>
        {account === undefined ? (
          unknown
        ) : tampered(account) ? (
          <ToneWord
            label={{
              text: account.tamper.map((kind) => tamperLabels[kind]).join(', '),
              tone: 'bad',
            }}
          />
        ) : (
          <ToneWord label={{ text: 'Nothing noticed', tone: 'good' }} />
        )}
      </Fact>
    </>
  );
}

const tampered = (account: Account | undefined) => (account?.tamper.length ?? 0) > 0;

function limitNote({ limitSet }: MeterView, account: Account | undefined): string | null {
  if (account === undefined || account.powerLimitW === null) return null;
  if (account.powerLimitBy === 'softLanding') return 'Soft landing: credit comes to its end';
  if (limitSet === null) return 'Set at the meter by a token, or by its maker';
  return `${limitSet.reason ?? 'Set by command'} (${limitSet.by ?? 'by itself'})`;
}

function LinkFacts({ view, said }: { view: MeterView; said: Said }) {
  const { clockSpeed } = useSession();
  return (
    <>
      <Fact
        name="Link"
        note={
          view.link.since === null ? null : (
            <>
              since <Age at={view.link.since} />
            </>
          )
        }
      >
        <ToneWord label={linkLabels[view.link.state]} />
      </Fact>
      <Fact name="Last heard">
        <Age at={view.lastContactAt} />
      </Fact>
      <Fact name="State reported">
        <Age at={said.capturedAt} />
      </Fact>
      <Fact name="Its clock">
        <ToneWord label={clockText(said.clockAheadMs, clockSpeed)} />
      </Fact>
      <Fact name="Firmware">{said.report.firmware ?? 'It does not say'}</Fact>
    </>
  );
}

/** Which protection rules the meter goes by. */
function RulesFact({ connectionId }: { connectionId: string }) {
  const { data } = useQuery(homeProtectionQuery(connectionId));
  if (data === undefined) return null;
  const { knowledge, rulesVersion, toldVersion, toldAt, refusal } = data;
  const note =
    knowledge === 'upToDate'
      ? rulesVersion === 0
        ? 'The first rule set'
        : `Rule set ${rulesVersion}`
      : toldVersion === null
        ? 'As its factory set them'
        : `Told of rule set ${toldVersion}`;
  return (
    <Fact
      name="Protection rules"
      note={
        <>
          {refusal === null ? note : refusalLabels(refusal)}
          {toldAt !== null && (
            <>
              , <Age at={toldAt} />
            </>
          )}
        </>
      }
    >
      <ToneWord label={knowledgeLabels[knowledge]} />
    </Fact>
  );
}

type Register = MeterView['registers'][number];

const registerColumns: readonly Column<Register>[] = [
  {
    key: 'register',
    header: 'Register',
    card: 'title',
    cell: (row) => registerText(row.register),
  },
  { key: 'value', header: 'Value', end: true, cell: (row) => kwhText(row.energyWh, 3) },
  { key: 'at', header: 'Read at', cell: (row) => <Instant at={row.readAt} /> },
];

function Registers({ view }: { view: MeterView }) {
  return (
    <details className={styles.more}>
      <summary>Registers as they were last read</summary>
      <DataTable
        label="Registers"
        noun="register"
        columns={registerColumns}
        rowKey={(row) => row.register}
        query={wholeList(view.registers)}
        empty="No register has been read yet."
      />
    </details>
  );
}
