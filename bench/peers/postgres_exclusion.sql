-- What one reservation costs PostgreSQL to guard with an exclusion constraint: one row per GPU and
-- booking, inserted one by one on the server, without a commit each. Prints JSON.
-- Variables: gpus, bookings, more (rows to insert, and conflicts to refuse).
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
CREATE EXTENSION IF NOT EXISTS btree_gist;
SET work_mem = '128MB';
SET maintenance_work_mem = '512MB';

-- The same content as bench_decision has: in each of so many equal parts of a year of 2 h slots,
-- each GPU holds a booking of 1 to 16 slots at the part's beginning.
CREATE FUNCTION window_of(part bigint, parts bigint, first bigint, slots bigint) RETURNS tstzrange
LANGUAGE sql IMMUTABLE AS $$
    SELECT tstzrange(t, t + slots * interval '2 hours') FROM (
        SELECT timestamptz '2027-01-04 00:00Z' + (part * (4380 / parts) + first) * interval '2 hours') AS at(t)
$$;
CREATE TABLE booking (gpu int NOT NULL, holder bigint NOT NULL, during tstzrange NOT NULL);
CREATE TABLE early AS
    SELECT n * 7919 % :gpus AS gpu, n AS holder,
           window_of(n / :gpus, :bookings / :gpus, 0, 1 + n % 16) AS during
    FROM generate_series(0, :bookings - 1) AS n;
CREATE TABLE late AS
    SELECT n * 7919 % :gpus AS gpu, :bookings + n AS holder,
           window_of(n / :gpus % (:bookings / :gpus), :bookings / :gpus,
                     4380 / (:bookings / :gpus) - 17, 1 + n % 16) AS during
    FROM generate_series(0, :more - 1) AS n;
CREATE SCHEMA bare;
CREATE TABLE bare.booking (LIKE booking);
INSERT INTO booking SELECT * FROM early;
ALTER TABLE booking ADD EXCLUDE USING gist (gpu WITH =, during WITH &&);
VACUUM ANALYZE booking;
CHECKPOINT;

-- Microseconds each for rows that are offered one by one to the table `booking` on the search path.
CREATE FUNCTION public.offer(all_rows public.booking[], OUT us float8, OUT accepted bigint)
LANGUAGE plpgsql AS $$
DECLARE
    one record;
    began timestamptz := clock_timestamp();
    changed bigint;
BEGIN
    accepted := 0;
    FOREACH one IN ARRAY all_rows LOOP
        INSERT INTO booking VALUES (one.gpu, one.holder, one.during) ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS changed = ROW_COUNT;
        accepted := accepted + changed;
    END LOOP;
    us := extract(epoch FROM clock_timestamp() - began) * 1e6 / cardinality(all_rows);
END
$$;
CREATE TABLE offered AS
    SELECT (SELECT array_agg(row(late.*)::booking) FROM late) AS late,
           (SELECT array_agg(row(first_ones.*)::booking) FROM (SELECT * FROM early LIMIT :more) AS first_ones) AS early;
CREATE TABLE result (name text, us float8, accepted bigint);
INSERT INTO result SELECT 'refuse', o.* FROM offered, offer(early) AS o;
INSERT INTO result SELECT 'accept', o.* FROM offered, offer(late) AS o;
SET search_path = bare, public;
INSERT INTO result SELECT 'bare', o.* FROM offered, offer(late) AS o;
\o
SELECT json_object_agg(name, json_build_object('us', us, 'accepted', accepted)) FROM result;
