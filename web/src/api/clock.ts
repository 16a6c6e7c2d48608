import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, ask } from './client.ts'

/** Business time, which is the server's and may be virtual. */
export function useClock() {
  return useQuery({
    queryKey: ['clock'],
    queryFn: async () => ({ ...(await ask(api.GET('/skein/v1/Clock'))), fetchedAt: Date.now() }),
    staleTime: 30_000,
  })
}

/** Business time now, in epoch milliseconds, moving on by the second where it moves by itself. */
export function useNow(): number {
  const { data } = useClock()
  const [tick, setTick] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setTick(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  if (!data) return tick
  return Date.parse(data.now) + (data.mode === 'virtual' ? 0 : Math.max(0, tick - data.fetchedAt))
}

/** Lets virtual time pass; everything that falls due happens, so all that is shown is old. */
export function useAdvance() {
  const client = useQueryClient()
  return async (minutes: number) => {
    await ask(api.POST('/skein/v1/Clock', { body: { advanceMinutes: minutes } }))
    await client.invalidateQueries()
  }
}
