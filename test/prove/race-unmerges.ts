import type { Answer } from './http-client.ts'
import type { Race } from './race.ts'
import { makeMemoryStore, phone } from './setting-up.ts'

/**
 * Three profiles that two merges made one are divided while somebody remembers, adds an identifier or deletes by an id that was
 * retired: it is always of whom the id stands for, before or after, and nobody else is touched.
 */
export async function raceUnmerges({ installation, sizes, random, verdict }: Race): Promise<void> {
  const { database } = installation
  const storeId = await makeMemoryStore(installation.client(), 'unmerges')
  const profiles = `/v1/Stores/${storeId}/Profiles`
  const merges = `/skein/v1/Stores/${storeId}/Merges`
  const client = () => random.pick(installation.clients)
  const unexpected: string[] = []
  const expect = (answer: Answer, ...statuses: number[]) => {
    if (!statuses.includes(answer.status)) unexpected.push(`${answer.status} ${answer.text}`)
    return answer
  }
  const make = async (n: number): Promise<string> =>
    expect(await client().post(profiles, { traits: { Contact: { phone: phone(n) } } }), 202).body?.id
  const merge = async (one: string, other: string): Promise<string> =>
    expect(await client().post(merges, { profileIds: [one, other] }), 201).body?.id
  const remembered = async (id: string): Promise<string[]> => {
    const { observations } = expect(await client().get(`${profiles}/${id}/Observations`), 200).body
    return observations.map(({ content }: { content: string }) => content).sort()
  }
  const canonical = async (id: string) => (await client().get(`${profiles}/${id}`)).body?.id

  const astray: unknown[] = []
  for (let at = 0; at < 2 * sizes.merges; at += 1) {
    const [a, b, c] = [await make(4_000_000 + at), await make(4_200_000 + at), await make(4_400_000 + at)]
    const first = await merge(a, b)
    await merge(b, c)
    const undo = async () => expect(await client().post(`${merges}/${first}/Undo`, { keepApart: false }), 200, 404)
    const remember = async (id: string, content: string) =>
      expect(await client().post(`${profiles}/${id}/Observations`, { content, source: 'race' }), 202)
    const identify = async () => {
      const identifier = { idType: 'phone', value: phone(4_600_000 + at) }
      expect(await client().post(`${profiles}/${c}/Identifiers`, identifier), 202)
    }
    const erase = async () => expect(await client().delete(`${profiles}/${c}`), 202, 204)
    const isErased = at % 2 === 1
    const others = isErased ? [erase] : [() => remember(c, 'of c'), () => remember(a, 'of a'), identify]
    const [undone] = await Promise.all([undo(), ...random.shuffled(others).map((step) => step())])
    const found = isErased
      ? [await canonical(a), await canonical(b), await canonical(c)]
      : [await remembered(a), await remembered(b), await canonical(c)]
    const expected = isErased ? [undone.status === 200 ? a : undefined, undefined, undefined] : [['of a'], ['of c'], b]
    if (JSON.stringify(found) !== JSON.stringify(expected)) astray.push({ at, isErased, found, expected })
  }
  verdict.none(unexpected, `${database}: unmerges and what is done by retired ids do not disturb each other`)
  verdict.none(astray, `${database}: what is done by a retired id beside an unmerge is done to whom it stands for`)
}
