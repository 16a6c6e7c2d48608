import type { Goal } from './goal.ts'
import type { DatabaseName } from './options.ts'
import { row } from './table.ts'
import type { Voice } from './voice.ts'

/** Nothing may be lost and nothing mixed; times depend on the machine and are told, not judged. */
export function voiceGoals(name: DatabaseName, { calls, turns, lost, mixed }: Voice): Goal[] {
  const all = calls * turns * 2
  const whole = (what: string, missed: number): Goal => {
    const is = (all - missed) / all
    return { what: `${what} of the words of ${calls} calls, ${name}`, atLeast: 1, is, met: missed === 0 }
  }
  return [whole('share kept', lost), whole('share in its place', mixed)]
}

export function voiceLines(voice: Partial<Record<DatabaseName, Voice>>): string[] {
  const entries = Object.entries(voice)
  if (entries.length === 0) return []
  const ms = (value: number) => value.toFixed(1)
  return [
    '',
    'Relay calls at the same time: from the end of the caller’s words to the application, and from there to a communication that can be read',
    row(['', 'calls', 'turns', 'lost', 'mixed', 'to app p50 ms', 'p99 ms', 'read p50 ms', 'p99 ms', 'peak MB']),
    ...entries.map(([name, one]) =>
      row([
        name,
        String(one.calls),
        String(one.turns),
        String(one.lost),
        String(one.mixed),
        ms(one.toApplication.p50Ms),
        ms(one.toApplication.p99Ms),
        ms(one.toCommunication.p50Ms),
        ms(one.toCommunication.p99Ms),
        one.memory.peakMb.toFixed(0),
      ]),
    ),
  ]
}
