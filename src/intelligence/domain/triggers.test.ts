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
    since: null,
    until: `m${n}`,
  })
  const waiting = (...ids: string[]) => ids.map((id) => ({ id, ruleId: 'r', on: 'COMMUNICATION' }))

  it('has an execution for each time that a rule was triggered', () =>
    assert.deepEqual(numbers(queue([triggered(1), triggered(2)], [], 3).created), [1, 2]))

  it('lets the last one that waits read on when too many wait', () => {
    const { created, extended } = queue([triggered(4), triggered(5)], waiting('a', 'b', 'c'), 3)
    assert.deepEqual(created, [])
    assert.deepEqual(
      extended.map(({ id, to }) => `${id} to ${to.n}`),
      ['c to 5'],
    )
  })

  it('lets the last one of a burst read on', () => {
    const { created, extended } = queue(
      [1, 2, 3, 4, 5].map((n) => triggered(n)),
      waiting('a'),
      3,
    )
    assert.deepEqual([numbers(created), extended], [[1, 5], []])
  })

  it('has another when those that wait were triggered by something else', () => {
    const ended = ['a', 'b'].map((id) => ({ id, ruleId: 'r', on: 'CONVERSATION_INACTIVE' as const }))
    const { created, extended } = queue([triggered(4)], ended, 2)
    assert.deepEqual([numbers(created), extended], [[4], []])
  })

  it('keeps apart what is another rule, or no communication', () => {
    const { created } = queue(
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
        const { created, extended } = queue(all, waiting(...'abcd'.slice(0, before)), most)
        const ends = [...numbers(created), ...extended.map(({ to }) => to.n)]
        assert.equal(Math.max(...ends), count)
        assert.ok(created.length + before <= Math.max(most, before))
      }),
    )
  })
})
