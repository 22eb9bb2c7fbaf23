-- `born` and `number` are given out by Homeport and never used twice: their order is the order of creation.
-- `checksum` is the CRC-32 of the body, which SQLite itself would not miss if a bit of it fell over.
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
    message text not null
);
create table meta (name text primary key, value text not null);
