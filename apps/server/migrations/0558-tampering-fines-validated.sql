-- What 0557 allowed, read beside the work.

ALTER TABLE prewatt.revenue_cases VALIDATE CONSTRAINT revenue_cases_fined;
ALTER TABLE prewatt.revenue_cases VALIDATE CONSTRAINT revenue_cases_fined_by_two;
ALTER TABLE prewatt.ledger_accounts VALIDATE CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE prewatt.postings VALIDATE CONSTRAINT postings_reasons_check;
ALTER TABLE prewatt.corrections VALIDATE CONSTRAINT corrections_kind_check;
ALTER TABLE prewatt.corrections VALIDATE CONSTRAINT corrections_fined;
