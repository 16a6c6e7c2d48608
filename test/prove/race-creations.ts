import type { Race } from './race.ts'
import { configurationBody, groupingTypes, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'

/** Creations with the same participants race: one is made, and every other is refused by its name. */
export async function raceCreations({ installation, sizes, random, verdict }: Race): Promise<void> {
  const memoryStoreId = await makeMemoryStore(installation.client(), 'creations')
  const configurationIds = await Promise.all(
    groupingTypes.map((groupingType, at) =>
      makeConfiguration(
        installation.client(),
        configurationBody({ business: phone(9_200_000 + at), groupingType, memoryStoreId, name: `creations ${at}` }),
      ),
    ),
  )
  const wrong: unknown[] = []
  for (let round = 0; round < sizes.rounds; round += 1) {
    const configurationId = configurationIds[round % configurationIds.length]
    const participants = [
      { type: 'CUSTOMER', addresses: [address(1_300_000 + round), address(1_400_000 + round)] },
      { type: 'AI_AGENT', addresses: [address(9_200_000), address(9_210_000)] },
    ]
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        random.pick(installation.clients).post('/v2/Conversations', {
          configurationId,
          name: `creation ${round} ${n}`,
          // Overlapping is enough: not all of them have all addresses.
          participants: n % 2 ? participants : random.shuffled(participants),
        }),
      ),
    )
    const made = answers.filter(({ status }) => status === 201)
    const id = made[0]?.body.id
    const refused = answers.filter(
      ({ status, headers, body }) =>
        status === 409 && headers['x-conflicting-resource-id'] === id && body.params.conversationId === id,
    )
    if (made.length !== 1 || refused.length !== answers.length - 1) {
      wrong.push(answers.map(({ status, text }) => `${status} ${text.slice(0, 200)}`))
    }
  }
  verdict.none(wrong, `${installation.database}: of racing creations one wins and the others name it`)
}

function address(n: number) {
  return { channel: 'SMS', address: phone(n) }
}
