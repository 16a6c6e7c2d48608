import type { Outgoing } from '../../http/outgoing/client.ts'
import { version } from '../../kernel/version.ts'
import type { OutboundMessage, SendOutcome } from '../carrier.ts'
import type { WhatsAppConnection } from '../connections/connection.ts'
import { graphMessage } from '../domain/graph-message.ts'

const timeouts = { connectMs: 5_000, readMs: 20_000, totalMs: 30_000 }
const maxResponseBytes = 64 * 1024

/** Sends one message by the Graph API. Trouble is an outcome. */
export async function sendByGraph(
  outgoing: Outgoing,
  { settings, secrets }: WhatsAppConnection,
  message: OutboundMessage,
): Promise<SendOutcome> {
  const outcome = await outgoing.send({
    url: `${settings.baseUrl}/${settings.phoneNumberId}/messages`,
    method: 'POST',
    headers: {
      Authorization: `Bearer ${secrets.accessToken}`,
      'Content-Type': 'application/json',
      'User-Agent': `Skein/${version}`,
    },
    body: JSON.stringify(graphMessage(message.to, message, message.channelSettings)),
    timeouts,
    maxResponseBytes,
  })
  if ('error' in outcome) return { unreachable: `${outcome.error}: ${outcome.detail}` }
  const answer = parse(outcome.body)
  const messageId = answer.messages?.[0]?.id
  if (outcome.status >= 200 && outcome.status < 300 && typeof messageId === 'string' && messageId !== '') {
    return { messageId, status: 'accepted' }
  }
  if (outcome.status === 429 || outcome.status >= 500) return { unreachable: `answered ${outcome.status}` }
  const { code, message: words } = answer.error ?? {}
  return {
    refused: {
      code: Number.isSafeInteger(code) ? Number(code) : 20001,
      message: String(words ?? `The carrier answered ${outcome.status}.`).slice(0, 500),
    },
  }
}

interface GraphAnswer {
  messages?: { id?: unknown }[]
  error?: { code?: unknown; message?: unknown }
}

function parse(body: string): GraphAnswer {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
