import { Failure } from '../kernel/failure.ts'
import { unavailable } from './store.ts'

/** Primary result codes that say nothing about the statement: busy, locked, out of memory, read or write failed, disk full, file not reachable. */
const outages = new Set([5, 6, 7, 10, 13, 14])

/** SQLite's own extended result code, or undefined when the error came from elsewhere. */
export function errcodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
}

/** Whether the disk or the file is at fault, and not the statement. */
export function isSqliteOutage(error: unknown): boolean {
  const code = errcodeOf(error)
  return code !== undefined && outages.has(code & 0xff)
}

/** What the caller gets: a Failure that says to come back for an outage, else the error as it is. */
export function sqliteError(error: unknown): unknown {
  if (error instanceof Failure || !isSqliteOutage(error)) return error
  return unavailable('The database can not be written at the moment.', error)
}
