import type { Vault } from '../../accounts/vault.ts'
import type { ConnectionRow } from './rows.ts'

/** Where an application of the account hears of its messages: what it would have got without Skein in between. */
export interface ApplicationUrl {
  url: string
  method: 'GET' | 'POST'
}

export interface TwilioSettings {
  /** The account at the carrier. */
  accountSid: string
  baseUrl: string
  /** Prefix of the webhooks' URLs, as whoever connected reached this server. */
  webhookBase: string
  numbers: string[]
  application: ApplicationUrl | null
  statusApplication: ApplicationUrl | null
  /** Minutes between two looks for what was missed; 0: never. */
  backfillMinutes: number
}

export interface TwilioSecrets {
  authToken: string
}

export interface WhatsAppSettings {
  phoneNumberId: string
  baseUrl: string
  webhookBase: string
  /** The business's own number; one in all. */
  numbers: string[]
}

export interface WhatsAppSecrets {
  accessToken: string
  appSecret: string
  verifyToken: string
}

interface Common {
  account: number
  id: string
  name: string | null
  createdAt: number
  updatedAt: number
  fetchedTo: number
}

export type TwilioConnection = Common & { carrier: 'twilio'; settings: TwilioSettings; secrets: TwilioSecrets }
export type WhatsAppConnection = Common & { carrier: 'whatsapp'; settings: WhatsAppSettings; secrets: WhatsAppSecrets }
/** An account at a carrier, with what opens it. */
export type Connection = TwilioConnection | WhatsAppConnection

/** Prefix of what the carrier calls about calls. The room of calls has those routes. */
export function voiceBase({ settings }: TwilioConnection): string {
  return settings.webhookBase.replace(/\/Carriers\/(?=[^/]*$)/, '/Voice/')
}

/** Throws when the secrets were sealed with another key. */
export function connectionOf(vault: Vault, row: ConnectionRow): Connection {
  const { account, id, name } = row
  return {
    account,
    id,
    name,
    carrier: row.carrier,
    settings: JSON.parse(row.settings),
    secrets: JSON.parse(vault.unseal(row.secrets)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    fetchedTo: row.fetched_to,
  } as Connection
}

export function connectionRow(vault: Vault, connection: Connection): ConnectionRow {
  const { account, id, carrier, name, settings, secrets, createdAt, updatedAt, fetchedTo } = connection
  const fetches = connection.carrier === 'twilio' && connection.settings.backfillMinutes > 0
  return {
    account,
    id,
    carrier,
    name,
    settings: JSON.stringify(settings),
    secrets: vault.seal(JSON.stringify(secrets)),
    fetched_to: fetchedTo,
    fetch_at: fetches ? fetchedTo + connection.settings.backfillMinutes * 60_000 : null,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}
