// One sale over whatever page is open: what was paid, each deduction with its explanation, and what
// happened when. Open while the address carries `sale=…`.

import { Drawer, Group, Skeleton, Stack, Text, Timeline, Title } from '@mantine/core';
import type { SaleDetail } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { saleQuery } from '../api/queries.ts';
import { useCurrency } from '../shell/session.tsx';
import { saleLabels } from '../text/labels.ts';
import { broughtForwardOf, creditText, kwhText, moneyText, unknown } from '../text/numbers.ts';
import { Fact, facts, Instant, MeterNumber, StateBadge } from '../ui/show.tsx';
import { FailureNote } from '../ui/states.tsx';
import { WayLink } from './audit/way-link.tsx';
import styles from './pages.module.css';
import { RetryButton } from './retry-button.tsx';
import { SaleActions } from './sale-actions.tsx';

export default function SaleDrawer() {
  const { sale } = useSearch({ from: '/signed-in' });
  const navigate = useNavigate();
  const close = () => void navigate({ to: '.', search: ({ sale: _, ...rest }) => rest });
  return (
    <Drawer
      opened={sale !== undefined}
      onClose={close}
      position="right"
      size="lg"
      title="Sale"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {sale !== undefined && <SaleBody saleId={sale} />}
    </Drawer>
  );
}

function SaleBody({ saleId }: { saleId: string }) {
  const query = useQuery(saleQuery(saleId));
  if (query.data === undefined) {
    if (query.error !== null) {
      return <FailureNote failure={query.error} onRetry={() => void query.refetch()} />;
    }
    return <Skeleton height={320} aria-label="Loading" />;
  }
  return (
    <Stack gap="lg">
      {query.error !== null && <FailureNote failure={query.error} />}
      <SaleHead sale={query.data} />
      <SaleLines sale={query.data} />
      <section>
        <Title order={2} mb="xs">
          What happened
        </Title>
        <Timeline
          bulletSize={12}
          className={styles.timeline}
          lineWidth={2}
          active={query.data.timeline.length}
        >
          {query.data.timeline.map((step) => (
            <Timeline.Item
              key={`${step.at} ${step.text}`}
              title={<Text size="sm">{step.text}</Text>}
            >
              <Text size="xs" c="dimmed">
                <Instant at={step.at} />
              </Text>
            </Timeline.Item>
          ))}
        </Timeline>
      </section>
    </Stack>
  );
}

function SaleHead({ sale }: { sale: SaleDetail }) {
  const currency = useCurrency();
  return (
    <section>
      <Group gap="sm" mb="sm">
        <Text fw={650} size="xl">
          {moneyText(sale.amountMinor, currency)}
        </Text>
        <StateBadge label={saleLabels[sale.state]} />
        <SaleActions sale={sale} key={sale.saleId} />
        {sale.state === 'stuck' && <RetryButton saleId={sale.saleId} whyNot={whyNoRetry(sale)} />}
      </Group>
      {sale.reason !== null && (
        <Text size="sm" mb="sm">
          {sale.reason}
        </Text>
      )}
      <dl className={facts}>
        <Fact name="Connection">
          <Link to="/connections/$connectionId" params={{ connectionId: sale.connectionId }}>
            {sale.connectionName}
          </Link>
        </Fact>
        <Fact name="Meter">
          <MeterNumber meterPan={sale.meterPan} />
        </Fact>
        <Fact name="Requested">
          <Instant at={sale.requestedAt} withAge={false} />
        </Fact>
        <Fact name={sale.creditMinor === null ? 'Energy' : 'On the meter'}>
          {creditText(sale, currency)}
        </Fact>
        {BigInt(sale.recoveredEnergyWh) + BigInt(sale.recoveredMinor) > 0n && (
          <Fact name="Taken by the meter for use without credit">
            {creditText(
              {
                energyWh: sale.recoveredEnergyWh,
                creditMinor: sale.creditMinor === null ? null : sale.recoveredMinor,
              },
              currency,
            )}
          </Fact>
        )}
        <Fact name="Token">
          {sale.tokenLastFour === null ? (
            'Not issued'
          ) : (
            <>
              ends in {sale.tokenLastFour} <WayLink of={sale.saleId} label="This sale" />
            </>
          )}
        </Fact>
        <Fact name="Paid through">{sale.provider || unknown}</Fact>
        <Fact name="Payment reference">{sale.paymentReference ?? unknown}</Fact>
      </dl>
    </section>
  );
}

function whyNoRetry(sale: SaleDetail): string | null {
  return sale.tokenLastFour === null ? null : 'The token is made; Attention says what to do';
}

function SaleLines({ sale }: { sale: SaleDetail }) {
  const currency = useCurrency();
  const forward = broughtForwardOf(sale);
  return (
    <section>
      <Title order={2} mb="xs">
        Where the money went
      </Title>
      {sale.lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing has been deducted: no token is made yet.
        </Text>
      ) : (
        <table className={styles.lines} aria-label="Where the money went">
          <tbody>
            {sale.lines.map((line) => (
              <MoneyRow
                key={`${line.kind} ${line.label}`}
                name={line.label}
                note={line.explanation}
                energyWh={line.energyWh}
                amount={moneyText(line.amountMinor, currency)}
              />
            ))}
            {sale.remainderMinor !== '0' && (
              <MoneyRow
                name="Kept for next time"
                note="Too small to buy more; used at the next purchase"
                amount={moneyText(sale.remainderMinor, currency)}
              />
            )}
          </tbody>
          <tfoot>
            {forward !== '0' && (
              <MoneyRow name="Prepaid from before" amount={`− ${moneyText(forward, currency)}`} />
            )}
            <MoneyRow name="Paid" amount={moneyText(sale.amountMinor, currency)} />
          </tfoot>
        </table>
      )}
    </section>
  );
}

type MoneyRowProps = {
  readonly name: string;
  readonly amount: string;
  readonly note?: string;
  readonly energyWh?: string | null;
};

function MoneyRow({ name, amount, note, energyWh = null }: MoneyRowProps) {
  return (
    <tr>
      <th scope="row">
        {name}
        {note !== undefined && (
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </th>
      <td>{energyWh === null ? '' : kwhText(energyWh)}</td>
      <td>{amount}</td>
    </tr>
  );
}
