import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Rule, Trigger } from './rules.ts'
import { type Followed, follow, type Happening, nothingYet, queue, type Triggered } from './triggers.ts'

const rule = (trigger: Trigger | null, id = 'r'): Rule => ({ id, trigger, operators: [], actions: [], context: null })
const followed = (...triggers: (Trigger | null)[]): Followed => ({
  rules: triggers.map((trigger, at) => ({ configurationId: 'c', rule: rule(trigger, `r${at}`) })),
  extracts: false,
})
const on = (name: Trigger['on'], count = 1): Trigger => ({ on: name, count })

/** One letter a happening: m a message, i INACTIVE, c CLOSED. */
function happenings(letters: string): Happening[] {
  return [...letters].map((letter, at) => ({
    n: at + 1,
    id: `e${at + 1}`,
    at: at * 1000,
    requestId: 'RQ',
    what: letter === 'm' ? { communicationId: `m${at + 1}` } : letter === 'i' ? 'INACTIVE' : 'CLOSED',
  }))
}
const numbers = (triggered: readonly Triggered[]) => triggered.map(({ n }) => n)

describe('what triggers a rule', () => {
  const cases: [string, Trigger | null, string, number[]][] = [
    ['each communication', on('COMMUNICATION'), 'mmicm', [1, 2, 5]],
    ['every third communication', on('COMMUNICATION', 3), 'mmmmimmm', [3, 7]],
    ['no partial count when it ends', on('COMMUNICATION', 3), 'mmc', []],
    ['each time it becomes INACTIVE', on('CONVERSATION_INACTIVE'), 'mimmic', [2, 5]],
    ['not INACTIVE when nothing new was said', on('CONVERSATION_INACTIVE'), 'miic', [2]],
    ['not INACTIVE when nothing was ever said', on('CONVERSATION_INACTIVE'), 'ic', []],
    ['the end, once', on('CONVERSATION_END'), 'mmic', [4]],
    ['the end without INACTIVE before', on('CONVERSATION_END'), 'mc', [2]],
    ['not the end of a conversation in which nothing was said', on('CONVERSATION_END'), 'ic', []],
    ['nothing, of a rule without trigger', null, 'mic', []],
  ]
  for (const [what, trigger, letters, expected] of cases) {
    it(`is ${what}`, () => {
      assert.deepEqual(numbers(follow(nothingYet, happenings(letters), followed(trigger)).triggered), expected)
    })
  }

  it('reads up to the latest communication, whichever order they were written in', () => {
    const [first, second] = happenings('mm') as [Happening, Happening]
    const late = { ...second, what: { communicationId: 'm0' } }
    const { triggered } = follow(nothingYet, [first, late], followed(on('COMMUNICATION')))
    assert.deepEqual(
      triggered.map(({ until }) => until),
      ['m1', 'm1'],
    )
  })

  it('is counted for each rule by itself', () => {
    const rules = followed(on('COMMUNICATION', 2), on('COMMUNICATION', 3))
    const { triggered } = follow(nothingYet, happenings('mmmmmm'), rules)
    assert.deepEqual(
      triggered.map(({ ruleId, n }) => `${ruleId}@${n}`),
      ['r0@2', 'r1@3', 'r0@4', 'r0@6', 'r1@6'],
    )
  })

  it('does not depend on how the happenings are read', () => {
    const rules = followed(on('COMMUNICATION', 3), on('CONVERSATION_INACTIVE'), on('CONVERSATION_END'))
    const letters = fc.string({ unit: fc.constantFrom('m', 'm', 'i', 'c'), maxLength: 30 })
    fc.assert(
      fc.property(letters, fc.nat(30), (text, cut) => {
        const all = happenings(text)
        const whole = follow(nothingYet, all, { ...rules, extracts: true })
        const head = follow(nothingYet, all.slice(0, cut), { ...rules, extracts: true })
        const tail = follow(head.progress, all.slice(cut), { ...rules, extracts: true })
        assert.deepEqual([...head.triggered, ...tail.triggered], whole.triggered)
        assert.deepEqual(tail.progress, whole.progress)
      }),
    )
  })
})

describe('extraction', () => {
  const stretches = (letters: string) =>
    follow(nothingYet, happenings(letters), { rules: [], extracts: true }).triggered.map(
      ({ on: name, since, until }) => `${name} ${since}..${until}`,
    )

  it('reads what is new when it becomes INACTIVE, and the rest at the end', () =>
    assert.deepEqual(stretches('mmimic'), [
      'CONVERSATION_INACTIVE null..m2',
      'CONVERSATION_INACTIVE m2..m4',
      'CONVERSATION_END m4..m4',
    ]))

  it('does nothing while it is ACTIVE, when nothing new was said or nothing at all', () => {
    assert.deepEqual(stretches('mmm'), [])
    assert.deepEqual(stretches('mii'), ['CONVERSATION_INACTIVE null..m1'])
    assert.deepEqual(stretches('ic'), [])
  })
})

describe('the queue', () => {
  const triggered = (n: number, name: Triggered['on'] = 'COMMUNICATION', ruleId = 'r'): Triggered => ({
    configurationId: 'c',
    ruleId,
    on: name,
    n,
    causeId: `e${n}`,
    at: 0,
    requestId: '',
    dueAt: 0,
    goesOn: false,
    since: null,
    until: `m${n}`,
  })
  const waiting = (...ids: string[]) => ids.map((id) => ({ id, ruleId: 'r', on: 'COMMUNICATION' }))
  const queued = (all: readonly Triggered[], before: Parameters<typeof queue>[1], most: number) =>
    queue({ triggered: [...all], ended: {} }, before, most)

  it('has an execution for each time that a rule was triggered', () =>
    assert.deepEqual(numbers(queued([triggered(1), triggered(2)], [], 3).created), [1, 2]))

  it('lets the last one that waits read on when too many wait', () => {
    const { created, extended } = queued([triggered(4), triggered(5)], waiting('a', 'b', 'c'), 3)
    assert.deepEqual(created, [])
    assert.deepEqual(
      extended.map(({ id, to }) => `${id} to ${to.n}`),
      ['c to 5'],
    )
  })

  it('lets the last one of a burst read on', () => {
    const { created, extended } = queued(
      [1, 2, 3, 4, 5].map((n) => triggered(n)),
      waiting('a'),
      3,
    )
    assert.deepEqual([numbers(created), extended], [[1, 5], []])
  })

  it('has another when those that wait were triggered by something else', () => {
    const ended = ['a', 'b'].map((id) => ({ id, ruleId: 'r', on: 'CONVERSATION_INACTIVE' as const }))
    const { created, extended } = queued([triggered(4)], ended, 2)
    assert.deepEqual([numbers(created), extended], [[4], []])
  })

  it('keeps apart what is another rule, or no communication', () => {
    const { created } = queued(
      [triggered(4, 'COMMUNICATION', 's'), triggered(5, 'CONVERSATION_INACTIVE')],
      waiting('a'),
      1,
    )
    assert.deepEqual(numbers(created), [4, 5])
  })

  it('ends every burst with the last communication that triggered', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(4), fc.integer({ min: 1, max: 4 }), (count, before, most) => {
        const all = Array.from({ length: count }, (_, at) => triggered(at + 1))
        const { created, extended } = queued(all, waiting(...'abcd'.slice(0, before)), most)
        const ends = [...numbers(created), ...extended.map(({ to }) => to.n)]
        assert.equal(Math.max(...ends), count)
        assert.ok(created.length + before <= Math.max(most, before))
      }),
    )
  })
})

describe('a rule that listens to some', () => {
  const types: Record<string, string> = { m: 'CUSTOMER', a: 'AI_AGENT', u: 'UNKNOWN' }
  /** m the customer, a the agent, u somebody unknown, ? somebody nobody asked for. */
  const heard = (letters: string): Happening[] =>
    happenings(letters).map((one, at) => {
      const letter = letters[at] ?? ''
      if (letter === 'i' || letter === 'c') return one
      const type = types[letter]
      const speaker = type && { participantId: letter, type, call: null }
      return { ...one, what: { communicationId: `m${at + 1}`, speaker: speaker || undefined } }
    })
  const listening = (trigger: Trigger, ...participantTypes: string[]): Followed => {
    const { rules } = followed(trigger)
    const filter = { participantTypes, turns: false, turnPauseSeconds: 15 }
    return { extracts: false, rules: rules.map((one) => ({ ...one, rule: { ...one.rule, filter } })) }
  }
  const cases: [string, Followed, string, number[]][] = [
    ['counts their words alone', listening(on('COMMUNICATION', 2), 'CUSTOMER'), 'mamaam', [3]],
    ['counts everybody, where the list is empty', listening(on('COMMUNICATION', 2)), 'mama', [2, 4]],
    ['takes whom nobody knows for UNKNOWN', listening(on('COMMUNICATION'), 'UNKNOWN'), 'mua?', [2, 4]],
    [
      'is not triggered by INACTIVE when others spoke',
      listening(on('CONVERSATION_INACTIVE'), 'CUSTOMER'),
      'aimiaimi',
      [4, 8],
    ],
    ['is triggered by the end, whoever spoke', listening(on('CONVERSATION_END'), 'CUSTOMER'), 'mac', [3]],
  ]
  for (const [what, rules, letters, expected] of cases) {
    it(what, () => assert.deepEqual(numbers(follow(nothingYet, heard(letters), rules).triggered), expected))
  }
})

describe('a rule that waits for the end of turns', () => {
  /** A letter is somebody who speaks a second after what was before; capitals write messages, a dot is a long silence. */
  const spoken = (letters: string): Happening[] => {
    let at = 0
    const found: Happening[] = []
    for (const letter of letters) {
      at += letter === '.' ? 60_000 : 1000
      const n = found.length + 1
      const call = letter === letter.toUpperCase() ? null : 'CA1'
      const speaker = { participantId: letter.toLowerCase(), type: letter === 'x' ? 'UNKNOWN' : 'CUSTOMER', call }
      const what =
        letter === 'i'
          ? ('INACTIVE' as const)
          : letter === 'c'
            ? ('CLOSED' as const)
            : { communicationId: `m${n}`, speaker }
      if (letter !== '.') found.push({ n, id: `e${n}`, at, requestId: 'RQ', what })
    }
    return found
  }
  const waiting = (count = 1): Followed => {
    const filter = { participantTypes: ['CUSTOMER'], turns: true, turnPauseSeconds: 5 }
    const one = rule(on('COMMUNICATION', count))
    return { extracts: false, rules: [{ configurationId: 'c', rule: { ...one, filter } }] }
  }
  /** What would be executed if nothing were begun before all was read: the last event it reads, and when, in seconds. */
  function executed(letters: string, { count = 1, cut = 0, maxWaiting = 99 } = {}): string[] {
    const all = spoken(letters)
    let progress = nothingYet
    const rows: { id: string; ruleId: string; on: string; n: number; dueAt: number }[] = []
    for (const part of [all.slice(0, cut), all.slice(cut)]) {
      const outcome = follow(progress, part, waiting(count))
      progress = outcome.progress
      const { created, extended, hastened } = queue(outcome, rows, maxWaiting)
      for (const { n, dueAt, ruleId, on: name } of created)
        rows.push({ id: `x${rows.length}`, ruleId, on: name, n, dueAt })
      for (const { id, to } of extended)
        Object.assign(rows.find((row) => row.id === id) ?? {}, { n: to.n, dueAt: to.dueAt })
      for (const { id, dueAt } of hastened) Object.assign(rows.find((row) => row.id === id) ?? {}, { dueAt })
    }
    return rows.map(({ n, dueAt }) => `${n}@${dueAt / 1000}`)
  }
  const cases: [string, string, number, string[]][] = [
    ['is executed when the other speaks, and after a pause', 'aaab', 1, ['3@4', '4@9']],
    ['takes words after a pause for another turn', 'aa.a', 1, ['2@7', '3@68']],
    ['counts turns', 'aabbbaab', 2, ['5@6', '8@13']],
    ['takes each message for a turn, at once', 'aAAa', 1, ['1@2', '2@2', '3@3', '4@9']],
    ['ends a turn when somebody speaks whom it does not listen to', 'axa', 1, ['1@2', '3@8']],
    ['ends a turn when the conversation becomes INACTIVE or ends', 'aaiac', 1, ['2@3', '4@5']],
  ]
  for (const [what, letters, count, expected] of cases) {
    it(what, () => assert.deepEqual(executed(letters, { count }), expected))
  }

  it('does not depend on how it is read', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'a', 'b', 'x', 'A', 'i', '.'), maxLength: 20 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 3 }),
        (letters, cut, count) => assert.deepEqual(executed(letters, { count, cut }), executed(letters, { count })),
      ),
    )
  })

  it('is executed once more when it was begun before the turn was over', () => {
    const [first, second] = spoken('aa') as [Happening, Happening]
    const { progress } = follow(nothingYet, [first], waiting())
    const { created, extended } = queue(follow(progress, [second], waiting()), [], 3)
    assert.deepEqual([numbers(created), extended], [[2], []])
  })

  it('reads on where too many wait', () =>
    assert.deepEqual(executed('abab', { maxWaiting: 2, cut: 2 }), ['1@2', '4@9']))

  it('forgets a turn that was open when it no longer waits for the end', () => {
    const [first, second] = spoken('aa') as [Happening, Happening]
    const { progress } = follow(nothingYet, [first], waiting())
    const [one] = waiting().rules
    const { filter: _, ...unfiltered } = one?.rule ?? rule(null)
    const next = follow(progress, [second], { extracts: false, rules: [{ configurationId: 'c', rule: unfiltered }] })
    assert.deepEqual([next.progress.turns, next.ended, numbers(next.triggered)], [undefined, { r: 2000 }, [2]])
  })
})
