-- `born` and `number` are given out by Homeport and never used twice: their order is the order of creation.
-- `checksum` is a CRC-32 (homeport/store/rows.py): SQLite itself does not notice when a bit of a value falls over.
create table record (
    born integer primary key,
    kind text not null,
    id text not null,
    owner text not null,
    revision integer not null,
    version integer not null,
    checksum integer not null,
    body text not null
);
create unique index record_id on record (kind, id);
create table event (
    number integer primary key,
    owner text not null,
    id text not null,
    at real not null,
    message text not null,
    checksum integer not null
);
create table meta (name text primary key, value text not null, checksum integer not null);
