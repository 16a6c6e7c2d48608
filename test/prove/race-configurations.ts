import type { Answer, HttpClient } from './http-client.ts'
import type { Race } from './race.ts'
import {
  captureRulesOf,
  completed,
  configurationBody,
  groupingTypes,
  makeConfiguration,
  makeMemoryStore,
  phone,
} from './setting-up.ts'

/**
 * Rules come and go while traffic flows: from the moment at which one server calls the change COMPLETED, all of them work
 * by it.
 */
export async function raceConfigurations({ installation, sizes, random, verdict }: Race): Promise<void> {
  const business = phone(9_400_000)
  const client = installation.client()
  const memoryStoreId = await makeMemoryStore(client, 'configurations')
  const body = configurationBody({ business, groupingType: groupingTypes[0], memoryStoreId, name: 'configurations' })
  const id = await makeConfiguration(client, body)
  const traffic = new Traffic(installation.clients, business)
  const background = traffic.flow(8)
  const wrong: unknown[] = []
  for (let round = 0; round < sizes.rounds; round += 1) {
    const captures = round % 2 === 1
    const changing = random.pick(installation.clients)
    const channelSettings = { SMS: { captureRules: captures ? captureRulesOf(business) : [] } }
    await completed(changing, await changing.patch(`/v2/ControlPlane/Configurations/${id}`, { channelSettings }))
    const answers = await Promise.all(
      installation.clients.flatMap((client) => Array.from({ length: 6 }, () => traffic.send(client))),
    )
    const expected = captures ? 'CAPTURED' : 'NOT_CAPTURED'
    wrong.push(
      ...answers.filter(({ body }) => body?.results?.[0].outcome !== expected).map(({ text }) => ({ expected, text })),
    )
  }
  traffic.stop()
  const failed = (await background).flat().filter(({ status }) => status !== 200)
  verdict.none(wrong, `${installation.database}: a completed change of rules holds on every server`)
  verdict.none(
    failed.map(({ status, text }) => `${status} ${text}`),
    `${installation.database}: traffic flows on while rules change`,
  )
}

/** Messages that each come from somebody new, so that none joins an open conversation. */
class Traffic {
  readonly #clients: HttpClient[]
  readonly #business: string
  #next = 0
  #flowing = true

  constructor(clients: HttpClient[], business: string) {
    this.#clients = clients
    this.#business = business
  }

  send(client: HttpClient): Promise<Answer> {
    this.#next += 1
    const text = `configurations ${this.#next}`
    return client.post('/skein/v1/Traffic', {
      channel: 'SMS',
      from: phone(2_000_000 + this.#next),
      to: this.#business,
      content: { type: 'TEXT', text },
    })
  }

  flow(width: number): Promise<Answer[][]> {
    return Promise.all(
      Array.from({ length: width }, async (_, at) => {
        const answers: Answer[] = []
        while (this.#flowing) answers.push(await this.send(this.#clients[at % this.#clients.length] as HttpClient))
        return answers
      }),
    )
  }

  stop(): void {
    this.#flowing = false
  }
}
