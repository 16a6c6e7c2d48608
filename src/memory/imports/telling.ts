import { reportMemoryEvents } from '../../events/report.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import type { ImportRow } from './rows.ts'

type Told = Pick<ImportRow, 'account' | 'store_id' | 'id' | 'request_id'>

/** Tells the debugger that an import waits for its file, or that it has it. */
export async function tellBegun(
  tx: Tx,
  row: Told,
  type: 'IMPORT_CREATED' | 'IMPORT_SUBMITTED',
  at: number,
): Promise<void> {
  const message = type === 'IMPORT_CREATED' ? 'An import waits for its file.' : 'The file of an import has come.'
  await tell(tx, row, { type, level: 'info', message, at })
}

/** Tells the debugger how an import ended: how many rows were written and how many refused, and nothing that was in them. */
export async function tellEnded(tx: Tx, row: ImportRow, at: number): Promise<void> {
  const { failure, rows_written: written, errors: refused, warnings, profiles_made: profilesMade } = row
  const isBad = failure !== null || refused > 0
  await tell(tx, row, {
    type: 'IMPORT_ENDED',
    level: isBad ? 'warning' : 'info',
    message: failure === null ? 'An import has ended.' : 'An import has failed.',
    details: { rows: { written, refused, warnings, profilesMade } },
    at,
  })
}

type Event = Parameters<typeof reportMemoryEvents>[2][number]

async function tell(
  tx: Tx,
  { account, store_id: storeId, id, request_id: requestId }: Told,
  { details, ...event }: Omit<Event, 'resource' | 'requestId'>,
): Promise<void> {
  const resource = wireId('memoryImport', id)
  const about = { memoryStoreId: wireId('memoryStore', storeId), ...details }
  await reportMemoryEvents(tx, account, [{ ...event, resource, requestId, details: about }])
}
