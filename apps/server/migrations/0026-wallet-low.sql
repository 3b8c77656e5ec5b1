-- Whether a wallet's money is low, and how often it has become so: one warning a crossing.
ALTER TABLE prewatt.wallets ADD COLUMN is_low boolean NOT NULL DEFAULT false;
ALTER TABLE prewatt.wallets ADD COLUMN low_ordinal integer NOT NULL DEFAULT 0;
