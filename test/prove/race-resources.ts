import type { Race } from './race.ts'
import { configurationBody, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'

/** The same message told several times at once, also inside batches: one is captured and the others are duplicates of it. */
export async function raceResources({ installation, sizes, random, verdict }: Race): Promise<void> {
  const business = phone(9_100_000)
  const memoryStoreId = await makeMemoryStore(installation.client(), 'resources')
  const groupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES'
  await makeConfiguration(
    installation.client(),
    configurationBody({ business, groupingType, memoryStoreId, name: 'resources' }),
  )
  const wrong: unknown[] = []
  for (let round = 0; round < sizes.rounds; round += 1) {
    const item = (n: number) => ({
      channel: 'SMS',
      from: phone(1_200_000 + round * 10 + (n % 3)),
      to: business,
      content: { type: 'TEXT', text: `resource ${round} ${n}` },
      resourceId: `SMrace${round}x${n}`,
    })
    const requests = Array.from({ length: 12 }, () => random.shuffled([0, 1, 2, 3, 4]).map(item))
    const answers = await Promise.all(
      requests.map((items) => random.pick(installation.clients).post('/skein/v1/Traffic', items)),
    )
    for (const n of [0, 1, 2, 3, 4]) {
      const results = answers.map(({ body }, at) => {
        const place = requests[at]?.findIndex(({ resourceId }) => resourceId === item(n).resourceId) ?? -1
        return body?.results?.[place]
      })
      const captured = results.filter((result) => result?.outcome === 'CAPTURED')
      const same = results.every((result) => result?.communicationId === captured[0]?.communicationId)
      const duplicates = results.filter((result) => result?.outcome === 'DUPLICATE')
      if (captured.length !== 1 || duplicates.length !== results.length - 1 || !same) wrong.push(results)
    }
  }
  verdict.none(wrong, `${installation.database}: a message told many times at once is captured once`)
}
