import { newId } from '../kernel/ids.ts'
import type { Moment, Work } from '../kernel/work.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface Advance {
  now: number
  /** How many things each kind of work did on the way, by its name. */
  ran: Record<string, number>
}

/** Between two looks at work that is due but in progress elsewhere, in wall milliseconds. */
const busyMs = 5

/**
 * Moves virtual time to the target, stopping at every instant at which something is due so that it happens at its own time.
 * Returns when nothing is due or in flight, but does not wait for what requests bring in meanwhile: with traffic that keeps
 * coming that would have no end. Holds no transaction while it waits, since receivers may call back.
 */
export async function advance(clock: VirtualClock, works: readonly Work[], target: number): Promise<Advance> {
  const ran: Record<string, number> = Object.fromEntries(works.map((work) => [work.name, 0]))
  let now = await clock.now()
  let id = newId()
  for (;;) {
    const any = await runRound(works, now, ran)
    const next = any ? null : await nextDueAt(works, { now, id })
    // Asked after the look, which an end may have overtaken.
    if (takeEnded(works, id) || any) {
      // What this brought about belongs to the instant.
      id = newId()
      continue
    }
    if (next === null || next > Math.max(target, now)) {
      if (now >= target) return { now, ran }
      now = await clock.moveTo(target)
    } else if (next > now) now = await clock.moveTo(next)
    else await new Promise((resolve) => setTimeout(resolve, busyMs))
  }
}

/** Answers whether anything was done that does not follow requests. */
async function runRound(works: readonly Work[], now: number, ran: Record<string, number>): Promise<boolean> {
  let any = false
  for (const work of works) {
    const count = await work.tick(now)
    ran[work.name] = (ran[work.name] ?? 0) + count
    any ||= count > 0 && work.followsRequests !== true
  }
  return any
}

function takeEnded(works: readonly Work[], id: string): boolean {
  return works.filter((work) => work.takeEnded?.(id)).length > 0
}

async function nextDueAt(works: readonly Work[], asOf: Moment): Promise<number | null> {
  const dues = await Promise.all(works.map((work) => work.nextDueAt(asOf)))
  return dues.reduce((least, due) => (due !== null && (least === null || due < least) ? due : least), null)
}
