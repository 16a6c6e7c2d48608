import type { Clock } from '../kernel/clock.ts'
import { isId, timeOfId } from '../kernel/ids.ts'
import type { Store, Tx } from '../store/store.ts'
import { progressed } from './domain/call-progress.ts'
import type { Leg } from './domain/leg.ts'
import { legOf, lockCall } from './rows.ts'
import { keepNewLeg, saveLeg } from './saving-legs.ts'

/** What a carrier tells of a call that Skein began there. */
export interface CallReport {
  callSid: string
  status: string
  durationSeconds: number
  from: string | undefined
  to: string | undefined
  /** The id that the call was begun with. */
  key: string | undefined
}

/** A report may overtake the answer by which the call is known by so much. A call that is gone for good is not begun anew by a late one. */
const overtakingMs = 60_000

/** Keeps how the call stands, in whatever order reports come, also when several come at once. */
export async function takeReport(
  { store, clock }: { store: Store; clock: Clock },
  account: number,
  report: CallReport,
): Promise<void> {
  const now = await clock.now()
  const begun = begunBy(report, now)
  await store.transact(async (tx) => {
    const isNew = begun !== undefined && (await keepNewLeg(tx, account, begun))
    if (!isNew) await progress(tx, account, report, now)
  })
}

async function progress(tx: Tx, account: number, report: CallReport, now: number): Promise<void> {
  const row = await tx.get(lockCall, { account, sid: report.callSid })
  const next = row && progressed(legOf(row), report.status, report.durationSeconds, now)
  if (next) await saveLeg(tx, account, next, null)
}

/** The call as it would have been begun, where it may be that its beginning is not kept yet. */
function begunBy(report: CallReport, now: number): Leg | undefined {
  const { key, callSid, from, to } = report
  if (key === undefined || !isId(key) || from === undefined || to === undefined) return undefined
  if (Math.abs(Date.now() - timeOfId(key)) > overtakingMs) return undefined
  const leg: Leg = {
    id: key,
    sid: callSid,
    parentSid: null,
    from,
    to,
    direction: 'outbound-api',
    status: 'queued',
    createdAt: now,
    answeredAt: null,
    endedAt: null,
  }
  return progressed(leg, report.status, report.durationSeconds, now) ?? leg
}
