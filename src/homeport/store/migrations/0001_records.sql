-- Three tables hold everything. rowid order is the order of creation.
create table record (
    kind text not null,
    id text not null,
    owner text not null,
    revision integer not null,
    version integer not null,
    body blob not null
);
create unique index record_id on record (kind, id);
create table event (
    seq integer primary key,
    owner text not null,
    id text not null,
    at real not null,
    message text not null
);
create index event_owner on event (owner, seq);
create table meta (name text primary key, value text not null);
