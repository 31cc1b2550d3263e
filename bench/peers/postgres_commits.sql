-- pgbench: one booking of one GPU for one slot, committed by itself. Nearly all find room.
\set gpu random(0, 31)
\set slot random(0, 39999)
INSERT INTO booking VALUES (:gpu, :client_id, tstzrange(
    timestamptz '2027-01-04 00:00Z' + :slot * interval '2 hours',
    timestamptz '2027-01-04 00:00Z' + (:slot + 1) * interval '2 hours')) ON CONFLICT DO NOTHING;
