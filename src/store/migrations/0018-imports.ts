import type { Migration } from '../migration.ts'

/** Imports of profiles from files, the text of files that wait for their turn, and the rows that could not be taken. */
export const imports: Migration = {
  name: '0018-imports',
  statements: (d) => [
    // state: 0 waits for its file, 1 has it, 2 is at work, 3 is done, 4 has failed. position: bytes of the file that are done.
    `create table profile_import (
      account integer not null,
      store_id text not null,
      id text not null,
      state integer not null,
      filename text not null,
      file_size ${d.big} not null,
      column_mappings text not null,
      upload_id text,
      upload_until ${d.big} not null,
      layout text,
      position ${d.big} not null,
      rows_read ${d.big} not null,
      rows_written ${d.big} not null,
      profiles_made ${d.big} not null,
      errors ${d.big} not null,
      warnings ${d.big} not null,
      failure text,
      worker text,
      worker_until ${d.big} not null,
      request_id text not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      completed_at ${d.big},
      primary key (account, store_id, id)
    ) ${d.table}`,
    `create index profile_import_open on profile_import (account, id) where state < 3`,

    `create table import_text (
      account integer not null,
      store_id text not null,
      import_id text not null,
      upload_id text not null,
      start ${d.big} not null,
      size ${d.big} not null,
      content text not null,
      primary key (account, store_id, import_id, upload_id, start)
    ) ${d.table}`,

    // column_name: null when the whole row is at fault. kind: 0 the row was not taken, 1 it was taken without this value.
    `create table import_problem (
      account integer not null,
      store_id text not null,
      import_id text not null,
      n ${d.big} not null,
      row_number ${d.big} not null,
      kind integer not null,
      column_name text,
      reason text not null,
      primary key (account, store_id, import_id, n)
    ) ${d.keyTable}`,
  ],
}
