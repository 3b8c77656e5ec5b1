-- Back-tests price the measured use of wallets and of meters that count money: which of the two a row's use is of; NULL where purchases tell all.

ALTER TABLE prewatt.tariff_back_test_rows ADD COLUMN use_of text CHECK (use_of IN ('wallet', 'moneyMeter'));
ALTER TABLE prewatt.tariff_assignment_rows ADD COLUMN use_of text CHECK (use_of IN ('wallet', 'moneyMeter'));
GRANT UPDATE (use_of) ON prewatt.tariff_assignment_rows TO prewatt_app;
