import type { Race } from './race.ts'
import {
  captureRulesOf,
  configurationBody,
  groupingTypes,
  makeConfiguration,
  makeMemoryStore,
  phone,
} from './setting-up.ts'

const businesses = [0, 1, 2, 3].map((at) => phone(9_600_000 + at))

/**
 * Two batches at the same time, each of which begins a conversation under a key that the other's group message would like to
 * have for the conversation it joins: each holds what the other waits for, unless keys are taken in one order.
 */
export async function raceCrossedKeys({ installation, sizes, random, verdict }: Race): Promise<void> {
  const [b1, b2, b3, b4] = businesses as [string, string, string, string]
  const memoryStoreId = await makeMemoryStore(installation.client(), 'crossed')
  const groupingType = groupingTypes[0]
  const body = configurationBody({ business: b1, groupingType, memoryStoreId, name: 'crossed' })
  const channelSettings = { SMS: { captureRules: businesses.flatMap(captureRulesOf) } }
  await makeConfiguration(installation.client(), { ...body, channelSettings })
  // Who is known to be the business side has a key with the customer each.
  for (const address of businesses) await installation.client().post('/skein/v1/OwnedAddresses', { address })
  const wrong: unknown[] = []
  for (let round = 0; round < sizes.rounds; round += 1) {
    const crossings = Array.from({ length: 8 }, (_, n) => {
      const at = 2 * (round * 8 + n)
      return random.shuffled([phone(1_600_000 + at), phone(1_600_001 + at)]) as [string, string]
    })
    const message = (from: string, ...to: string[]) => ({
      channel: 'SMS',
      from,
      to,
      content: { type: 'TEXT', text: `crossed ${round} ${from} ${to}` },
    })
    const begun = crossings.flatMap(([one, other]) => [message(one, b1), message(other, b3)])
    await installation.client().post('/skein/v1/Traffic', begun)
    const answers = await Promise.all(
      crossings.flatMap(([one, other]) => [
        installation.clients[0]?.post('/skein/v1/Traffic', [message(other, b4), message(one, b1, b2)]),
        installation.clients.at(-1)?.post('/skein/v1/Traffic', [message(one, b2), message(other, b3, b4)]),
      ]),
    )
    const results = answers.flatMap((answer) => answer?.body?.results ?? [{ outcome: answer?.text }])
    wrong.push(...results.filter(({ outcome }) => outcome !== 'CAPTURED'))
  }
  verdict.none(wrong, `${installation.database}: messages whose keys cross are captured`)
}
