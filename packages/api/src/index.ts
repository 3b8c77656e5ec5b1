// Schemas and shapes of Prewatt's HTTP API, shared by server, pages, console and command line.

export * from './alerts.ts';
export * from './approvals.ts';
export * from './assignment-list.ts';
export * from './assignments.ts';
export * from './audit-lists.ts';
export * from './audit-log.ts';
export * from './bank-statements.ts';
export * from './budgets.ts';
export * from './campaigns.ts';
export * from './commands.ts';
export * from './common.ts';
export * from './consumer.ts';
export * from './corrections.ts';
export * from './customers.ts';
export * from './document-texts.ts';
export * from './drivers.ts';
export * from './emergencies.ts';
export * from './file-forms.ts';
export * from './grants.ts';
export * from './imports.ts';
export * from './inbox.ts';
export * from './installs.ts';
export * from './integration-scopes.ts';
export * from './integrations.ts';
export * from './issue-messages.ts';
export * from './json-text.ts';
export * from './keys.ts';
export * from './known-mappings.ts';
export * from './limits.ts';
export * from './links.ts';
export * from './meter-view.ts';
export * from './money-reports.ts';
export * from './network.ts';
export * from './notifications.ts';
export * from './operator.ts';
export * from './page-writing.ts';
export * from './photo.ts';
export * from './proof.ts';
export * from './protection.ts';
export * from './readings.ts';
export * from './reconciliation.ts';
export * from './reports.ts';
export * from './revenue.ts';
export * from './revenue-cases.ts';
export {
  type AddressInput,
  type AnsweringRoute,
  type AnswerOf,
  type BodyOf,
  type CallInput,
  type OrNone,
  type ParamsOf,
  pathOf,
  type QueryOf,
  type Route,
  type UncheckedCallInput,
} from './route.ts';
export * from './routes/index.ts';
export * from './saved-views.ts';
export * from './search.ts';
export * from './set-up.ts';
export * from './site-sales.ts';
export * from './smart-cards.ts';
export * from './soft-landing.ts';
export * from './statements.ts';
export * from './street-lights.ts';
export * from './supply-calls.ts';
export * from './tariffs.ts';
export * from './team.ts';
export * from './tickets.ts';
export * from './till.ts';
export * from './top-ups.ts';
export * from './unallocated-money.ts';
export * from './upkeep.ts';
export * from './use.ts';
export * from './utility-settings.ts';
export * from './vendor.ts';
export * from './wallet.ts';
export * from './webhooks.ts';
export * from './who-may.ts';
