import pg from 'pg'
import { Failure } from '../kernel/failure.ts'
import { LostRace, unavailable } from './store.ts'

/** Conditions of the server that say nothing about the statement: cancelled, standby, no memory, disk full, shutting down, failing disk, or it lets us in no more. */
const outageCodes = /^(08...|25006|28...|3D000|25P03|53...|57...|58...)$/
const networkCodes = /^(E[A-Z]+|EAI_AGAIN)$/
/** The driver has no codes for these. */
const lostConnection =
  /^(Connection terminated|Client has encountered|Client was closed|Query read timeout|timeout expired|timeout exceeded|Cannot use a pool)/

/** Two transactions were in each other's way: the database has undone this one, or its function asks for that. */
export function isCollision(error: unknown): boolean {
  if (error instanceof LostRace) return true
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01')
}

/** A statement that this connection prepared is of no use any more: a migration has changed its table, or a pooler forgot it. */
export function isStale(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false
  return error.code === '26000' || (error.code === '0A000' && /cached plan/.test(error.message))
}

/** Whether the server or the way to it is at fault, and not the statement. */
export function isPostgresOutage(error: unknown): boolean {
  if (error instanceof Failure || !(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  if (error instanceof pg.DatabaseError) return outageCodes.test(code)
  return networkCodes.test(code) || lostConnection.test(error.message)
}

/** Another transaction held for longer than we wait what this one needs. The server is well. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '55P03'
}

/** What is said when a connection, an answer or a lock was waited for too long, or this process let the database wait. */
const waitedTooLong = /^(Query read timeout|timeout exceeded when trying to connect)$/

/**
 * A time limit ended it. That says little of the database when this process or machine has stood still meanwhile, as one does
 * that is suspended or starved: everybody's limits have then passed at once.
 */
export function isTimeLimit(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === '25P03' || isLockTimeout(error)
  return error instanceof Error && waitedTooLong.test(error.message)
}

/** What the caller gets: a Failure that says to come back, and why, for what passes, else the error as it is. */
export function postgresError(error: unknown): unknown {
  if (isCollision(error)) return unavailable('Others changed the same things at the same time, again and again.', error)
  if (isLockTimeout(error)) return unavailable('Somebody else has held what this change needs for too long.', error)
  if (isPostgresOutage(error) || isStale(error)) return unavailable('The database does not answer in time.', error)
  return error
}
