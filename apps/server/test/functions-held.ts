// Who may call which function of the database: the other half of what grants-held.ts
// says of tables.

/** What runs with the rights of the owner, and who may call it. */
export const functions: Readonly<Record<string, string | null>> = {
  connection_has_customer: null,
  customers_by_words: 'prewatt_app',
  change_role: 'prewatt_app',
  drop_old_network_readings: 'prewatt_app',
  drop_old_readings: 'prewatt_app',
  forget_provider_notifications: 'prewatt_app',
  forget_webhook_events: 'prewatt_app',
  end_sessions_of_phone: null,
  homes_by_meter_digits: 'prewatt_app',
  homes_by_phone_digits: 'prewatt_app',
  homes_by_words: 'prewatt_app',
  join_team: 'prewatt_app',
  payments_by_reference: 'prewatt_app',
  prepare_readings_month: 'prewatt_app',
  sale_changes_meter: null,
  sales_have_their_meter: null,
  set_document_texts: 'prewatt_app',
  set_identity_warn_days: 'prewatt_app',
  set_page_writing: 'prewatt_app',
  set_protection_rules: 'prewatt_app',
  set_silent_after_hours: 'prewatt_app',
  tokens_by_last_digits: 'prewatt_app',
  tokens_have_their_sale: null,
  set_customer: 'prewatt_app',
  undo_connection: 'prewatt_app',
  vendor_sales_have_their_sale: null,
  'prewatt_log.begin_utility': null,
  'prewatt_log.give_places': 'prewatt_app',
};
