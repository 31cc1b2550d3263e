-- The calendar that postgres_commits.sql books into: 32 GPUs, and `bookings` of one slot each.
\set ON_ERROR_STOP on
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE booking (gpu int NOT NULL, holder bigint NOT NULL, during tstzrange NOT NULL,
                      EXCLUDE USING gist (gpu WITH =, during WITH &&));
INSERT INTO booking
SELECT n % 32, n, tstzrange(t, t + interval '2 hours')
FROM generate_series(0, :bookings - 1) AS n,
     LATERAL (SELECT timestamptz '2027-01-04 00:00Z' + n / 32 * 4 * interval '2 hours') AS at(t);
VACUUM ANALYZE booking;
