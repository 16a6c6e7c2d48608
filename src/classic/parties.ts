import { type Resolved, resolveParticipant } from '../conversations/commands/resolving.ts'
import type { Working } from '../conversations/commands/working.ts'
import { addressKey } from '../conversations/domain/address.ts'
import type { Participant, ParticipantType } from '../conversations/domain/model.ts'
import { findParticipant, newParticipant, type Unit } from '../conversations/unit.ts'
import type { Reader } from '../store/store.ts'
import type { ClassicConversationRow } from './conversation-rows.ts'
import { type ClassicParty, participantTypeOf } from './domain/participant-type.ts'
import { proxyOf, type Reach, reachOf } from './domain/party.ts'
import { type ClassicParticipantRow, participantsOf } from './participant-rows.ts'
import { rolesOf } from './service-rows.ts'

/** Somebody of a classic conversation as the bridged conversation will know them. */
export interface Party extends Reach {
  type: ParticipantType
  /** The classic participant; null for the business's side of a binding. */
  row: ClassicParticipantRow | null
}

/** Everybody of a classic conversation; the business's side of bindings comes last. */
export async function partiesOf(
  read: Reader,
  account: number,
  { sid, service_sid }: ClassicConversationRow,
): Promise<Party[]> {
  const rows = await read.all(participantsOf, { account, conversationSid: sid })
  const roles = await read.all(rolesOf, { account, serviceSid: service_sid })
  const names = new Map(roles.map((role) => [role.sid, role.friendly_name]))
  const described = rows.map(
    (row): ClassicParty => ({
      identity: row.identity,
      attributes: row.attributes,
      roleName: names.get(row.role_sid ?? '') ?? null,
    }),
  )
  const people = rows.map((row, at): Party => {
    const party = described[at] as ClassicParty
    return {
      ...reachOf(row),
      type: participantTypeOf(
        party,
        described.filter((other) => other !== party),
      ),
      row,
    }
  })
  return [...people, ...proxies(rows)]
}

function proxies(rows: readonly ClassicParticipantRow[]): Party[] {
  const reaches = rows.flatMap(({ proxy_address }) =>
    proxy_address === null ? [] : [proxyOf({ proxyAddress: proxy_address })],
  )
  const distinct = new Map(reaches.map((reach) => [`${reach.channel} ${reach.address}`, reach]))
  return [...distinct.values()].map((reach) => ({ ...reach, type: 'AGENT', row: null }))
}

/** The participant that a party becomes, with its profile where memory knows it; one is only made where passive traffic makes them. */
export function describeParty(working: Working, storeId: string, { channel, address, type }: Party): Promise<Resolved> {
  const participant = newParticipant(working.now, { type, addresses: [{ channel, address }] })
  const typeExplicit = working.settings.passiveProfiles === 'create'
  return resolveParticipant(working, storeId, participant, { typeExplicit, profileId: false })
}

export function presentParty(unit: Unit, { channel, address }: Reach): Participant | undefined {
  return findParticipant(unit, channel, addressKey(channel, address))
}
