import { newId } from '../../src/kernel/ids.ts'
import type { Resource } from './fuzz-account.ts'
import type { Route } from './fuzz-routes.ts'
import type { FuzzWorld } from './fuzz-world.ts'
import type { HttpClient, Json } from './http-client.ts'
import type { Verdict } from './verdict.ts'

const idPattern = /(?:SK|PN|SM|MM|ME|CA|CH|IM|IS|MB|RL)[0-9a-f]{32}|[0-7][0-9a-hjkmnp-tv-z]{25}/g
/** Where an answer names what it is about. Elsewhere an id may be what an earlier request of ours put there. */
const namedIds = /"(?:id|sid|conversationId|participantId|communicationId)":"[^"]*"|"(?:stores|profiles)":\[[^\]]*\]/g

/** All by which the contents of an account can be recognised. */
export class Secrets {
  readonly #marks: RegExp
  readonly #ids: Set<string>

  constructor(theirs: FuzzWorld) {
    this.#marks = new RegExp(`${theirs.mark}[ -]\\d+|\\${theirs.business.slice(0, 7)}\\d+`, 'g')
    this.#ids = new Set(theirs.ids().flatMap((id) => id.match(idPattern) ?? []))
  }

  /** The first thing in an answer that only the other account could know, unless the request itself had named it. */
  leak(answer: string, request: Buffer): string | undefined {
    const marks = answer.match(this.#marks) ?? []
    const named = (answer.match(namedIds) ?? []).join()
    const ids = (named.match(idPattern) ?? []).filter((id) => this.#ids.has(id))
    if (marks.length === 0 && ids.length === 0) return undefined
    const asked = request.toString('latin1')
    return [...marks, ...ids].find((found) => !asked.includes(found))
  }

  /** A summary shows the id of a conversation as it was given, whoever's that is: from then on it tells nothing. */
  given(request: Buffer): void {
    for (const id of request.toString('latin1').match(idPattern) ?? []) this.#ids.delete(id)
  }
}

/** Page tokens that the lists of an account give out. */
export async function foreignTokens(client: HttpClient, world: FuzzWorld): Promise<string[]> {
  const paths = [
    '/v2/Conversations',
    '/v2/ControlPlane/Configurations',
    '/skein/v1/OwnedAddresses',
    '/v1/ControlPlane/Stores',
    `/v1/Stores/${world.storeId}/Profiles`,
  ]
  const conversation = world.resources.Conversations?.[0]?.id
  paths.push(`/v2/Conversations/${conversation}/Communications`, `/v2/Conversations/${conversation}/Participants`)
  const answers = await Promise.all(paths.map((path) => client.get(`${path}?pageSize=1`)))
  return answers.flatMap(({ body }) => body.meta.nextToken ?? [])
}

/** Everything in an account that requests can change, except for what time changes. */
export async function snapshotOf(client: HttpClient, world: FuzzWorld): Promise<Json> {
  const lists = [
    ['/v2/Conversations', 'conversations'],
    ['/v2/ControlPlane/Configurations', 'configurations'],
    ['/skein/v1/OwnedAddresses', 'ownedAddresses'],
    ['/v1/ControlPlane/Stores', 'stores'],
    [`/v1/Stores/${world.storeId}/Profiles`, 'profiles'],
    ...(world.resources.Conversations ?? []).flatMap(({ id }) => [
      [`/v2/Conversations/${id}/Communications`, 'communications'],
      [`/v2/Conversations/${id}/Participants`, 'participants'],
    ]),
  ]
  const listed = await Promise.all(lists.map(([path = '', key = '']) => client.list(path, key)))
  const profiles = world.resources.Stores?.[0]?.below.Profiles ?? []
  const fetched = await Promise.all([
    client.get('/skein/v1/Keys'),
    ...profiles.map(({ id }: Resource) => client.get(`/v1/Stores/${world.storeId}/Profiles/${id}`)),
    ...profiles.map(({ id }: Resource) => client.get(`/v1/Stores/${world.storeId}/Profiles/${id}/Identifiers`)),
  ])
  const [conversations = [], ...others] = listed
  return {
    conversations: conversations.map(({ status: _status, updatedAt: _updatedAt, ...rest }) => rest),
    others,
    fetched: fetched.map(({ body }) => body),
  }
}

interface ForeignCheck {
  routes: readonly Route[]
  client: HttpClient
  theirs: FuzzWorld
  verdict: Verdict
}

/** What belongs to another account can not be told from what does not exist. */
export async function checkForeignIds({ routes, client, theirs, verdict }: ForeignCheck): Promise<void> {
  for (const { method, params, path, name } of routes) {
    if (method !== 'GET' || params.length === 0) continue
    let parent: Resource | undefined
    let foreign = path
    let unknown = path
    for (const param of params) {
      const resource = theirs.pick(param.at, parent, false)
      foreign = foreign.replace(`{${param.name}}`, resource.id)
      unknown = unknown.replace(`{${param.name}}`, unknownLike(resource.id))
      parent = resource
    }
    const [one, other] = await Promise.all([client.get(foreign), client.get(unknown)])
    const same = one.status === other.status && withoutIds(one.text) === withoutIds(other.text)
    // A phone rings for whoever plays it; what it shows is each account's own.
    const isAnybodys = params.some(({ at }) => at === 'Handsets')
    // A network that calls is refused by its signature, before anything is looked for.
    const isNetworks = /\/Carriers\/\{id\}\/./.test(path) && one.status === 403
    verdict.check(
      (isAnybodys || isNetworks || one.status === 404) && same,
      `foreign and unknown are alike: ${name}`,
      () => [one.text, other.text],
    )
  }
}

function unknownLike(id: string): string {
  const sid = /^(SK|AC|PN|SM|MM|ME|CA|CH|IM|IS|MB|RL)[0-9a-f]{32}$/.exec(id)
  return sid ? `${sid[1]}${'0'.repeat(32)}` : id.replace(/[0-7][0-9a-hjkmnp-tv-z]{25}$/, newId())
}

function withoutIds(text: string): string {
  return text.replaceAll(idPattern, 'ID')
}
