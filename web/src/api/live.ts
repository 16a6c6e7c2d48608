import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

/** One entry of the event stream, as far as the console looks into it. */
interface LiveEvent {
  id: string
  type: string
  level: string
  message: string
  timestamp: string
}

export type Liveness = 'connecting' | 'live' | 'broken'

/** What an event makes old, by the first word of its type. */
const touched: Record<string, string[]> = {
  conversation: ['conversations', 'conversation', 'statistics'],
  participant: ['conversation', 'conversations'],
  communication: ['conversation', 'handset', 'statistics'],
  diagnostic: ['events', 'targets', 'deliveries'],
  profile: ['profiles', 'profile'],
  identifier: ['profile'],
  memoryStore: ['stores'],
}
const settleMs = 150

/** Follows the server's events, once for the whole page, and lets what they touch be fetched anew without a reload. */
export function useLiveUpdates(): Liveness {
  const client = useQueryClient()
  const [liveness, setLiveness] = useState<Liveness>('connecting')
  useEffect(() => {
    const source = new EventSource('/skein/v1/Events/Stream')
    const waiting = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      for (const name of waiting) void client.invalidateQueries({ queryKey: [name] })
      waiting.clear()
    }
    source.addEventListener('ready', () => setLiveness('live'))
    source.addEventListener('gap', () => void client.invalidateQueries())
    source.addEventListener('error', () => setLiveness('broken'))
    source.addEventListener('message', ({ data }) => {
      const event = JSON.parse(data as string) as LiveEvent
      for (const name of touched[event.type.split('.')[0] ?? ''] ?? []) waiting.add(name)
      waiting.add('events')
      timer ??= setTimeout(flush, settleMs)
    })
    return () => {
      source.close()
      clearTimeout(timer)
    }
  }, [client])
  return liveness
}
