-- How many days a round looks at: sixty, or as many as the network has been read.

ALTER TABLE prewatt.revenue_rounds ADD COLUMN span_days smallint NOT NULL DEFAULT 60 CHECK (span_days BETWEEN 1 AND 60);
