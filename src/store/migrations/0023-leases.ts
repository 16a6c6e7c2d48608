import type { Migration } from '../migration.ts'

/** Work that one node at a time does for all accounts. until: wall time at which a holder that is not heard of has lost it. */
export const leases: Migration = {
  name: '0023-leases',
  statements: (d) => [
    `create table work_lease (
      name text not null primary key,
      holder text not null,
      until ${d.big} not null
    ) ${d.keyTable}`,
  ],
}
