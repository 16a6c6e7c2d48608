import type { Outgoing } from '../../http/outgoing/client.ts'
import type { OutgoingOutcome, OutgoingRequest } from '../../http/outgoing/exchange.ts'

/** Answers like a service that embeds, until a test says otherwise. Each text gets three numbers of its words. */
export class EmbeddingService implements Outgoing {
  readonly requests: OutgoingRequest[] = []
  readonly texts: string[][] = []
  /** What it answers in place of vectors, one request after the other. */
  readonly troubles: OutgoingOutcome[] = []
  /** Refuses every request that has this text. */
  refused: string | undefined
  /** Runs before it answers. */
  meanwhile: () => Promise<unknown> = async () => {}

  async send(request: OutgoingRequest): Promise<OutgoingOutcome> {
    this.requests.push(request)
    const { input } = JSON.parse(String(request.body))
    this.texts.push(input)
    await this.meanwhile()
    const trouble = this.troubles.shift()
    if (trouble) return trouble
    if (this.refused !== undefined && input.includes(this.refused)) return answered(400, '{}')
    const data = input.map((text: string, index: number) => ({ index, embedding: threeNumbers(text) }))
    return answered(200, JSON.stringify({ data }))
  }

  async close(): Promise<void> {}
}

export function answered(status: number, body: string, headers: Record<string, string> = {}): OutgoingOutcome {
  return { status, headers, body, truncated: false, latencyMs: 1, remoteAddress: '203.0.113.1' }
}

/** Vehicles, meals and the rest. */
export function threeNumbers(text: string): number[] {
  const count = (words: RegExp) => (text.toLowerCase().match(words) ?? []).length
  return [count(/car|lorry|automobile/g), count(/bread|dinner|soup/g), 0.1]
}
