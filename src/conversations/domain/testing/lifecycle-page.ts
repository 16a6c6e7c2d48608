import { readFileSync } from 'node:fs'
import type { LifecycleRules } from '../clocks.ts'
import type { Channel, Status, StatusTimeouts } from '../model.ts'
import {
  address,
  callEnds,
  type HistoryEvent,
  rulesWith,
  say,
  set,
  streamStarts,
  streamStops,
} from './lifecycle-history.ts'

export interface PageTimeline {
  row: string
  rules: LifecycleRules
  events: HistoryEvent[]
  story: string
}

const page = readFileSync(new URL('../../../../docs/lifecycle.md', import.meta.url), 'utf8')

/** The transitions that the page's diagram draws, as `FROM > TO: CAUSE`. */
export function drawnTransitions(): string[] {
  const diagram = /```mermaid\n(.*?)```/s.exec(page)?.[1] ?? ''
  return [...diagram.matchAll(/^ +(\w+) --> (\w+): (.+)$/gm)].flatMap(([, from, to, causes = '']) =>
    causes.split(', ').map((cause) => `${from} > ${to}: ${cause}`),
  )
}

/** The causes that the page explains. */
export function explainedCauses(): string[] {
  return [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, cause = '']) => cause)
}

/** The page's worked timelines, ready to be lived through. */
export function pageTimelines(): PageTimeline[] {
  const table = page.slice(page.indexOf('## Timelines'))
  return [...table.matchAll(/^\| ([A-Z]+ .+?) \| (.+?) \| (.+?) \|$/gm)].map(
    ([row, timeouts = '', events = '', story = '']) => ({
      row,
      rules: rulesWith(Object.fromEntries(timeouts.split(', ').map(parseTimeouts))),
      events: events.split(', ').map(parseEvent),
      story: story === 'stays ACTIVE' ? '' : story,
    }),
  )
}

function parseTimeouts(text: string): [Channel, StatusTimeouts | null] {
  const [channel, values = ''] = text.split(' ')
  if (values === 'null') return [channel as Channel, null]
  const [inactive = null, closed = null] = values.split('/').map((value) => (value === '-' ? null : Number(value)))
  return [channel as Channel, { inactive, closed }]
}

function parseEvent(text: string): HistoryEvent {
  const [what = '', minute] = text.split(' at ')
  const at = Number(minute)
  const [verb, noun] = what.split(' ')
  if (what === 'call starts') return streamStarts(at)
  if (what === 'call ends') return callEnds(at)
  if (what === 'stream stops') return streamStops(at)
  if (verb === 'address') return address(at, noun as Channel)
  if (verb === 'set') return set(at, noun as Status)
  return say(at, what as Channel)
}
