import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Lifecycle, type LifecycleRules, settle, type Transition } from './lifecycle.ts'
import type { Status } from './model.ts'
import {
  address,
  callEnds,
  type HistoryEvent,
  happen,
  minuteMs,
  opened,
  rulesWith,
  say,
  set,
  story,
  streamStarts,
  streamStops,
} from './testing/lifecycle-history.ts'
import { drawnTransitions, explainedCauses, pageTimelines } from './testing/lifecycle-page.ts'

const settings: LifecycleRules[] = [
  rulesWith({ SMS: { inactive: 1, closed: 2 }, VOICE: { closed: 1 } }),
  rulesWith({ SMS: { inactive: 1, closed: 2 }, VOICE: null }),
  rulesWith({ SMS: { inactive: 1 }, VOICE: { inactive: 1, closed: 2 } }, { silentCallMs: 2 * minuteMs }),
]
const events: ((now: number) => HistoryEvent)[] = [
  (now) => say(now, 'SMS'),
  (now) => say(now, 'VOICE'),
  (now) => address(now, 'SMS'),
  (now) => address(now, 'VOICE'),
  streamStarts,
  streamStops,
  callEnds,
  (now) => set(now, 'ACTIVE'),
  (now) => set(now, 'INACTIVE'),
  (now) => set(now, 'CLOSED'),
]
/** One short enough for every clock, one longer than any life. */
const waits = [1, 3 * 366 * 24 * 60]

interface Moment {
  lifecycle: Lifecycle
  now: number
}

/** Lives every history of a few steps, each an event or a while of waiting, and collects the transitions met. */
function possibleTransitions(rules: LifecycleRules): Set<string> {
  const met = new Set<string>()
  let moments: Moment[] = [{ lifecycle: opened(rules).lifecycle, now: 0 }]
  for (let step = 0; step < 5; step++) {
    const next = moments.flatMap((moment) => continuations(moment, rules, met))
    moments = [...new Map(next.map((moment) => [JSON.stringify(moment), moment])).values()]
  }
  return met
}

function continuations({ lifecycle, now }: Moment, rules: LifecycleRules, met: Set<string>): Moment[] {
  const happened = events.map((event) => ({ now, play: happen(lifecycle, rules, event(now)) }))
  const waited = waits.map((wait) => ({ now: now + wait, play: settle(lifecycle, rules, (now + wait) * minuteMs) }))
  return [...happened, ...waited].flatMap(({ now, play }) => {
    note(lifecycle.status, play.transitions, met)
    return play.lifecycle.status === 'CLOSED' ? [] : [{ lifecycle: play.lifecycle, now }]
  })
}

function note(before: Status, transitions: Transition[], met: Set<string>): void {
  let from = before
  for (const { to, cause } of transitions) {
    met.add(`${from} > ${to}: ${cause}`)
    from = to
  }
}

test('the diagram draws exactly the transitions that the code can make', () => {
  const possible = settings.reduce((met, rules) => met.union(possibleTransitions(rules)), new Set<string>())
  assert.deepEqual(drawnTransitions().toSorted(), [...possible].toSorted())
})

test('the page explains exactly the causes that the diagram names', () => {
  const drawn = new Set(drawnTransitions().map((transition) => transition.split(': ')[1]))
  assert.deepEqual(explainedCauses().toSorted(), [...drawn].toSorted())
})

test('the page has timelines', () => assert.ok(pageTimelines().length >= 15))

for (const { row, rules, events, story: expected } of pageTimelines()) {
  test(`the page's timeline comes true: ${row}`, () => assert.equal(story(rules, events), expected))
}
