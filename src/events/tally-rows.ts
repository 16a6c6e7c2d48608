import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { Counts, OpenConversations, Tally } from './domain/series.ts'

const tallyTable = table('tally', {
  account: 'int',
  span: 'int',
  at: 'big',
  conversations: 'big',
  closed: 'big',
  communications: 'big',
  duplicates: 'big',
  not_captured: 'big',
  refused: 'big',
  delivered: 'big',
  failed: 'big',
  given_up: 'big',
  active: 'big?',
  inactive: 'big?',
  open_by_channel: 'text?',
})
export type TallyRow = RowOf<typeof tallyTable>

const statement = statements<{ tally: TallyRow }>()
type Place = { account: number; span: number; at: number }

/** Adds to what was counted in a span, by this node or another; what is open takes the place of what was seen before. */
export const addTally = statement<TallyRow>()((db, p) =>
  db
    .insertInto('tally')
    .values({
      account: p.account,
      span: p.span,
      at: p.at,
      conversations: p.conversations,
      closed: p.closed,
      communications: p.communications,
      duplicates: p.duplicates,
      not_captured: p.not_captured,
      refused: p.refused,
      delivered: p.delivered,
      failed: p.failed,
      given_up: p.given_up,
      active: p.active,
      inactive: p.inactive,
      open_by_channel: p.open_by_channel,
    })
    .onConflict((conflict) =>
      conflict.columns(['account', 'span', 'at']).doUpdateSet((eb) => {
        const more = (column: keyof TallyRow) => eb(eb.ref(`tally.${column}`), '+', eb.ref(`excluded.${column}`))
        const newer = (column: keyof TallyRow) =>
          eb.fn.coalesce(eb.ref(`excluded.${column}`), eb.ref(`tally.${column}`))
        return {
          conversations: more('conversations'),
          closed: more('closed'),
          communications: more('communications'),
          duplicates: more('duplicates'),
          not_captured: more('not_captured'),
          refused: more('refused'),
          delivered: more('delivered'),
          failed: more('failed'),
          given_up: more('given_up'),
          active: newer('active'),
          inactive: newer('inactive'),
          open_by_channel: newer('open_by_channel'),
        } as never
      }),
    ),
)

export const talliesSince = statement<Place>()((db, p) =>
  db
    .selectFrom('tally')
    .selectAll()
    .where('account', '=', p.account)
    .where('span', '=', p.span)
    .where('at', '>=', p.at)
    .orderBy('at'),
)

/** The last before an instant in which it was looked at what is open. */
export const lastLook = statement<Place>()((db, p) =>
  db
    .selectFrom('tally')
    .selectAll()
    .where('account', '=', p.account)
    .where('span', '=', p.span)
    .where('at', '<', p.at)
    .where('active', 'is not', null)
    .orderBy('at', 'desc')
    .limit(1),
)

export const forgetTallies = statement<Place>()((db, p) =>
  db.deleteFrom('tally').where('account', '=', p.account).where('span', '=', p.span).where('at', '<', p.at),
)

export function tallyRow(place: Place, counts: Counts, open: OpenConversations | null): TallyRow {
  return {
    ...place,
    conversations: counts.conversations,
    closed: counts.closed,
    communications: counts.communications,
    duplicates: counts.duplicates,
    not_captured: counts.notCaptured,
    refused: counts.refused,
    delivered: counts.delivered,
    failed: counts.failed,
    given_up: counts.givenUp,
    active: open?.active ?? null,
    inactive: open?.inactive ?? null,
    open_by_channel: open && JSON.stringify(open.byChannel),
  }
}

export function tallyOf(row: TallyRow): Tally {
  const { at, conversations, closed, communications, duplicates, refused, delivered, failed } = row
  const { not_captured: notCaptured, given_up: givenUp } = row
  return {
    at,
    counts: {
      conversations,
      closed,
      communications,
      duplicates,
      notCaptured,
      refused,
      delivered,
      failed,
      givenUp,
    },
    open: openOf(row),
  }
}

export function openOf({ active, inactive, open_by_channel }: TallyRow): OpenConversations | null {
  if (active === null || inactive === null) return null
  return { active, inactive, byChannel: open_by_channel === null ? {} : JSON.parse(open_by_channel) }
}
