import type { Migration } from '../migration.ts'

/**
 * A receipt is written for every webhook of a carrier, so it is small: a digest under its day, which is also how old ones are
 * found, in place of an index. The older ones are not carried over; they would be forgotten within a day. An older version cannot
 * run on it.
 */
export const carrierReceiptsByDay: Migration = {
  name: '0024-carrier-receipts-by-day',
  statements: (d) => [
    `drop table carrier_receipt`,
    `create table carrier_receipt (
      account integer not null,
      day integer not null,
      digest text not null,
      primary key (account, day, digest)
    ) ${d.keyTable}`,
  ],
}
