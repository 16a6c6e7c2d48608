import type { Answer } from './http-client.ts'
import type { Race } from './race.ts'
import { configurationBody, groupingTypes, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'

interface Pair {
  customer: string
  business: string
  texts: string[]
  answers: Answer[]
}

/** Pairs that race at the same time; more sockets than that only wait for each other. */
const atOnce = 5

/**
 * The first messages of each pair arrive at the same time, in both directions and on all servers: one conversation a pair,
 * every message in it once.
 */
export async function raceFirstMessages({ installation, sizes, random, verdict }: Race): Promise<void> {
  const { database } = installation
  const memoryStoreId = await makeMemoryStore(installation.client(), 'first-messages')
  const businesses: string[] = []
  const configurationIds: string[] = []
  for (const [at, groupingType] of groupingTypes.entries()) {
    const business = phone(9_000_000 + at)
    businesses.push(business)
    const body = configurationBody({ business, groupingType, memoryStoreId, name: `first ${at}` })
    configurationIds.push(await makeConfiguration(installation.client(), body))
  }
  const pairs = Array.from({ length: sizes.pairs }, (_, at): Pair => {
    const texts = Array.from({ length: sizes.messages }, (_, n) => `first ${at} ${n}`)
    return {
      customer: phone(1_000_000 + at),
      business: businesses[at % businesses.length] as string,
      texts,
      answers: [],
    }
  })
  for (let at = 0; at < pairs.length; at += atOnce) {
    await Promise.all(
      pairs.slice(at, at + atOnce).map(async (pair) => {
        pair.answers = await Promise.all(
          pair.texts.map((text) => {
            const [from, to] = random.chance(0.5) ? [pair.customer, pair.business] : [pair.business, pair.customer]
            const item = { channel: 'SMS', from, to, content: { type: 'TEXT', text } }
            return random.pick(installation.clients).post('/skein/v1/Traffic', item)
          }),
        )
      }),
    )
  }

  const claim = `${database}, ${pairs.length} pairs with ${sizes.messages} first messages each`
  const refused = pairs.flatMap(({ answers }) => answers.filter((answer) => outcomeOf(answer) !== 'CAPTURED'))
  verdict.none(refused.map(textOf), `${claim}: every message is captured`)
  const split = pairs.filter(({ answers }) => new Set(answers.map(conversationOf)).size !== 1)
  verdict.none(
    split.map(({ customer }) => customer),
    `${claim}: each pair's messages are in one conversation`,
  )
  const several = pairs.filter(({ answers }) => answers.filter(({ body }) => body?.results[0].created).length !== 1)
  verdict.none(
    several.map(({ customer }) => customer),
    `${claim}: one message of each pair made the conversation`,
  )

  const inspection = await installation.inspect()
  const ids = configurationIds.map((id) => id.slice(-26))
  const where = 'where configuration_id in (?, ?, ?)'
  const found = await inspection.rows(`select id from conversation ${where}`, ...ids)
  verdict.equal(found.length, pairs.length, `${claim}: exactly as many conversations as pairs`)
  const stored = await inspection.rows(
    `select conversation_id, text from communication
     where conversation_id in (select id from conversation ${where}) order by text`,
    ...ids,
  )
  const expected = pairs.flatMap(({ texts, answers }) =>
    texts.map((text, n) => ({ conversation_id: conversationOf(answers[n] as Answer)?.slice(-26), text })),
  )
  const byText = (a: { text?: unknown }, b: { text?: unknown }) => (String(a.text) < String(b.text) ? -1 : 1)
  verdict.equal(
    stored.map(({ conversation_id, text }) => ({ conversation_id, text })).sort(byText),
    expected.sort(byText),
    `${claim}: every message is in the right one, once`,
  )
  await inspection.close()
}

function outcomeOf({ body }: Answer): string | undefined {
  return body?.results?.[0].outcome
}

function conversationOf({ body }: Answer): string | undefined {
  return body?.results?.[0].conversationId
}

function textOf({ status, text }: Answer): string {
  return `${status} ${text}`
}
