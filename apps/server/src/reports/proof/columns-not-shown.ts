// The columns of the history's tables that move by nature. Either a rule holds a column to other
// rows, or the rows of the database cannot show that it was changed: that is said here, with the
// reason, and `npm run tamper` counts each such change as missed. Only a log of all acts, kept
// elsewhere, would show them.

/** By `table.column`: the rule that compares it. */
export const columnsHeldByRules: Readonly<Record<string, string>> = {
  'connections.prepaid_minor': 'cachedBalances',
  'debts.outstanding_minor': 'cachedBalances',
  'sales.state': 'deliveredIsAccepted',
  'sales.delivered_at': 'deliveredWhenTaken',
  'sales.reversed_at': 'saleTimesAgree',
  'sales.stuck_at': 'saleTimesAgree',
  'sales.stuck_reason': 'saleTimesAgree',
  'tokens.state_at': 'deliveredWhenTaken',
  'approvals.state': 'decisionsAreSealed',
  'approvals.decided_by': 'decisionsAreSealed',
  'approvals.decided_at': 'decisionsAreSealed',
  'approvals.outcome': 'decisionsAreSealed',
  'approvals.seal': 'decisionsAreSealed',
  'approvals.emergency_id': 'decisionsAreSealed',
  'wallets.meter_id': 'walletsFollowTheirRatings',
  'vendors.float_minor': 'floatIsLedger',
  'vendors.float_limit_minor': 'floatLimitsAreAllowed',
  'vendors.terms_approval_id': 'floatLimitsAreAllowed',
  'vendors.commission_basis_points': 'vendorsAreAsSet',
  'vendors.tokens_per_hour': 'vendorsAreAsSet',
  'vendors.energy_per_hour_wh': 'vendorsAreAsSet',
  'vendors.site_budget_minor': 'vendorsAreAsSet',
  'tariffs.state': 'tariffsAreAllowed',
  'meters.supply_group_code': 'heldKeyIsProven',
  'meters.tariff_index': 'heldKeyIsProven',
  'meters.key_revision': 'heldKeyIsProven',
  'meters.last_tid': 'lastTidsWereIssued',
};

type NotShown = { readonly because: string; readonly columns: readonly string[] };

/** Also not shown: a copy of an offer, of an act or of a request under a new name. */
export const columnsNotShown: readonly NotShown[] = [
  {
    because: "a person's or a place's details, which are corrected in place; they carry no money",
    columns: [
      'connections.name',
      'connections.address',
      'connections.customer_name',
      'connections.customer_phone',
    ],
  },
  {
    because: "may be changed by one person in place; only the log of an operator's acts says so",
    columns: [
      'connections.tariff_id',
      'connections.tariff_parameters',
      'connections.next_tariff',
      'connections.blocked_reason',
      'connections.credit_mode',
      'connections.converted_at',
      'connections.closed_at',
      'grants.seen_at',
      'grants.seen_by',
      'grants.seen_reason',
      'vendors.blocked_reason',
      'smart_cards.state',
      'smart_cards.state_at',
    ],
  },
  {
    because:
      'what the next sale is priced on; sales, use and free units move it, and none keeps it',
    columns: ['connections.tariff_position'],
  },
  {
    because: 'the way to the provider and its answers while a payment is open',
    columns: [
      'payments.next_check_at',
      'payments.checks',
      'payments.hinted_minor',
      'payments.hinted_reference',
      'payments.payer_phone',
      'payments.receipt_phone',
      'payments.card_check_at',
    ],
  },
  {
    because: 'what a meter said last about it; a later word of the meter changes it',
    columns: [
      'tokens.origin',
      'tokens.refusal',
      'tokens.heard_at',
      'grants.refusal',
      'grants.state_at',
      'key_change_sets.refusal',
      'key_change_sets.state_at',
      'key_change_sets.heard_at',
    ],
  },
  {
    because: 'what a reader saw last on a card; its tokens work once, whatever it says',
    columns: [
      'smart_cards.seen_count',
      'smart_cards.seen_meter_id',
      'smart_cards.seen_report',
      'smart_cards.seen_report_digest',
      'smart_cards.seen_key',
      'smart_cards.seen_at',
      'smart_cards.refusal',
      'smart_cards.refused_at',
    ],
  },
  {
    because: 'when a person or a job moved the row last; what it says otherwise is compared',
    columns: ['mode_changes.debt_id', 'tariffs.state_at', 'tariffs.withdrawn_by'],
  },
  {
    because: 'what the supply of a wallet does now; the money is in the ledger',
    columns: [
      'wallets.since_at',
      'wallets.rated_until',
      'wallets.stale_from',
      'wallets.problem',
      'wallets.supply',
      'wallets.supply_at',
      'wallets.promised_until',
      'wallets.supply_ordinal',
      'wallets.command_id',
      'wallets.check_at',
      'wallets.is_low',
      'wallets.low_ordinal',
      'wallets.told_least_minor',
      'wallets.cut_power_w',
      'wallets.until_at',
      'wallets.next_meter_id',
    ],
  },
  {
    because: 'how far a job has come; the result stands in other rows',
    columns: [
      'wallet_periods.rated_until',
      'wallet_periods.stale_from',
      'wallet_periods.problem',
      'tariff_assignment_batches.after_bucket',
      'tariff_assignment_batches.after_id',
      'key_change_meters.begun_at',
      'free_unit_runs.after_bucket',
      'free_unit_runs.after_id',
      'free_unit_runs.seen',
      'free_unit_runs.issued',
      'free_unit_runs.refused',
      'free_unit_runs.state',
      'free_unit_runs.state_at',
      'free_unit_runs.in_meter',
      'imports.next_chunk',
      'imports.due_at',
      'import_rows.row_key',
      'import_rows.outcome',
      'import_rows.faults',
      'import_rows.at',
    ],
  },
  {
    because:
      'what of the float a site may sell ahead; the float itself is held, and no sale is more',
    columns: ['vendors.site_reserved_minor', 'vendors.site_key_id', 'vendors.site_asked_at'],
  },
  {
    because: 'why a sale of a site could not be made until now; the sale itself is held',
    columns: ['vendor_site_sales.refusal'],
  },
  {
    because: 'a counter of the present hour',
    columns: ['vendors.budget_hour', 'vendors.hour_tokens', 'vendors.hour_energy_wh'],
  },
  {
    because: 'what the link or a person wants of the meter next; it carries no money',
    columns: [
      'meters.secret_hash',
      'meters.wanted_supply_group_code',
      'meters.wanted_tariff_index',
      'meters.wanted_key_revision',
      'meters.next_secret_hash',
      'meters.secret_generation',
      'meters.link_revoked_at',
      'meters.commanded_at',
      'meters.lift_power_w',
    ],
  },
  {
    because: 'said when the meter is put in, until its first report',
    columns: ['meters.starts_in_money'],
  },
  {
    because: 'sealed anew under another master key; the tokens are read under it',
    columns: ['vending_keys.sealed'],
  },
  {
    because: 'sealed anew, and emptied once the key is made',
    columns: ['key_components.sealed'],
  },
];
