import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type DemoOptions, type Result, runDemo } from './demo.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-demo-'))
after(() => rmSync(folder, { recursive: true }))

interface Run {
  code: number
  printed: string
  complaints: string[]
  /** How many events were announced, and how many happened. */
  announced: number
  done: number
  result: Result
}

async function run(options: Partial<DemoOptions>): Promise<Run> {
  const jsonFile = join(folder, 'summary.json')
  const given = { dialoguesFile: undefined, customers: 6, maxDialogues: 30, seed: 4, jsonFile, ...options }
  const seen = { printed: '', complaints: [] as string[], announced: 0, done: 0 }
  const code = await runDemo(given, {
    print: (text) => {
      seen.printed += text
    },
    complain: (line) => seen.complaints.push(line),
    progress: (total) => {
      seen.announced = total
      return {
        moved: ({ done }) => {
          seen.done = done
        },
        stop: () => {},
      }
    },
  })
  return { code, ...seen, result: JSON.parse(readFileSync(jsonFile, 'utf8')) as Result }
}

describe('a small day', () => {
  let day: Run
  before(async () => {
    day = await run({})
  })

  it('is played to its end', () => {
    assert.equal(day.code, 0)
    assert.deepEqual(day.complaints, [])
    assert.ok(day.announced > 100)
    assert.equal(day.done, day.announced)
  })

  it('is read without any model: sentiments, summaries and what is worth remembering of customers', () => {
    const { sentiments, summaries, example, observations } = day.result.findings
    assert.ok(summaries > 0 && (example?.summary ?? '').length > 0)
    assert.equal(
      sentiments.reduce((sum, { conversations }) => sum + conversations, 0),
      summaries,
    )
    assert.ok(observations.total > 0 && observations.customers > 0)
    for (const content of observations.examples) assert.ok(day.printed.includes(content))
  })

  it('is heard alike by all desks, and every message is in a conversation', () => {
    const { groupings, channels, refusals } = day.result.summary
    const captured = channels.reduce((sum, one) => sum + one.CAPTURED, 0)
    assert.deepEqual(refusals, [])
    assert.ok(channels.every(({ CAPTURED }) => CAPTURED > 0))
    for (const { messages } of groupings) assert.equal(messages * 3, captured)
  })

  it('makes fewer conversations the more a grouping type brings together', () => {
    const [profile, address, channel] = day.result.summary.groupings
    assert.ok(profile && address && channel)
    assert.ok(profile.conversations < address.conversations)
    assert.ok(address.conversations < channel.conversations)
    assert.ok(profile.fromSeveralNumbers > 0 && profile.onSeveralChannels > 0)
    assert.equal(address.fromSeveralNumbers, 0)
    assert.ok(address.onSeveralChannels > 0)
    assert.equal(channel.onSeveralChannels, 0)
  })

  it('is counted hour by hour until all is closed, as the server has it', () => {
    const { states, groupings } = day.result.summary
    const hours = states.map(({ at }) => Date.parse(at) / 3_600_000)
    assert.ok(hours.every((hour, place) => hour === (hours[0] ?? 0) + place))
    assert.ok(states.some((state) => state.groupings.some(({ ACTIVE }) => ACTIVE > 0)))
    assert.ok(states.some((state) => state.groupings.some(({ INACTIVE }) => INACTIVE > 0)))
    for (const [place, { conversations, statuses }] of groupings.entries()) {
      assert.deepEqual(statuses, { ACTIVE: 0, INACTIVE: 0, CLOSED: conversations })
      const last = states.at(-1)?.groupings[place]
      assert.deepEqual([last?.ACTIVE, last?.INACTIVE, last?.CLOSED], [0, 0, conversations])
    }
  })

  it('tells one conversation from its beginning to its end, with the trace of every communication', () => {
    const { story } = day.result
    assert.ok(story)
    assert.equal(story.groupingType, 'GROUP_BY_PROFILE')
    const statuses = story.moments.flatMap((moment) => (moment.kind === 'STATUS' ? [moment.status] : []))
    assert.equal(statuses[0], 'ACTIVE')
    assert.equal(statuses.indexOf('CLOSED'), statuses.length - 1)
    const spoken = story.moments.flatMap((moment) => (moment.kind === 'COMMUNICATION' ? [moment] : []))
    assert.ok(spoken.length > 1)
    for (const { communication, trace } of spoken) {
      assert.ok(trace.parties.some(({ address }) => address === communication.author.address))
    }
  })

  it('is printed with all of its parts', () => {
    const { story, summary } = day.result
    for (const part of [
      ...summary.groupings.map(({ groupingType }) => groupingType),
      ...['SMS', 'WHATSAPP', 'VOICE'],
      ...summary.states.map(({ at }) => at.slice(11, 16)),
      story?.conversationId ?? '?',
      'CLOSED',
      'sides told by OWNED',
    ]) {
      assert.ok(day.printed.includes(part), part)
    }
  })

  it('is the same again with the same seed, and another with another', async () => {
    assert.deepEqual((await run({})).result.summary, day.result.summary)
    const other = await run({ seed: 5 })
    assert.notDeepEqual(other.result.summary.states, day.result.summary.states)
  })
})

describe('a day of somebody’s own dialogues', () => {
  const path = join(folder, 'dialogues.jsonl')
  const line = (id: string) =>
    JSON.stringify({ id, topic: 'Tea', turns: [{ speaker: 'customer', text: `A pot of tea for ${id}` }] })

  it('is played from a file', async () => {
    writeFileSync(path, `${line('a')}\n${line('b')}\n`)
    const { code, result } = await run({ dialoguesFile: path })
    assert.equal(code, 0)
    assert.deepEqual(result.summary.dialogues, { played: 2, found: 2, malformedLines: 0 })
    assert.equal(
      result.summary.channels.reduce((sum, one) => sum + one.CAPTURED, 0),
      6,
    )
  })

  it('is played without malformed lines, and the exit code says that there were some', async () => {
    writeFileSync(path, `${line('a')}\nnonsense\n`)
    const { code, complaints, printed, result } = await run({ dialoguesFile: path })
    assert.equal(code, 1)
    assert.deepEqual(complaints, ['line 2: is not JSON'])
    assert.match(printed, /malformed lines that were skipped: 1/)
    assert.deepEqual(result.summary.dialogues, { played: 1, found: 1, malformedLines: 1 })
  })

  it('is refused when there is nothing to play', async () => {
    writeFileSync(path, '\n')
    await assert.rejects(run({ dialoguesFile: path }), /There is no dialogue in/)
  })
})
