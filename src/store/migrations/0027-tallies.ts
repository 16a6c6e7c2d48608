import type { Migration } from '../migration.ts'

/** What happened in an account, counted by the minute and by the hour, and how much was open then. */
export const tallies: Migration = {
  name: '0027-tallies',
  statements: (d) => [
    // span: minutes, 1 or 60. at: where the span begins, in business time. The states are the last that were seen in it.
    `create table tally (
      account integer not null,
      span integer not null,
      at ${d.big} not null,
      conversations ${d.big} not null,
      closed ${d.big} not null,
      communications ${d.big} not null,
      duplicates ${d.big} not null,
      not_captured ${d.big} not null,
      refused ${d.big} not null,
      delivered ${d.big} not null,
      failed ${d.big} not null,
      given_up ${d.big} not null,
      active ${d.big},
      inactive ${d.big},
      open_by_channel text,
      primary key (account, span, at)
    ) ${d.keyTable}`,
  ],
}
