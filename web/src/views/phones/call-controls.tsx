import { Group, Paper, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Compose } from './compose.tsx'
import { Dictate, speak } from './speech.tsx'

const over = ['completed', 'busy', 'failed', 'no-answer', 'canceled']

/** Places a call, or answers one, talks and hears on it; typed, and by voice where the browser can. */
export function CallControls({ address, to, label = address }: { address: string; to?: string; label?: string }) {
  const client = useQueryClient()
  const calls = useQuery({
    queryKey: ['handset', address, 'calls'],
    queryFn: () =>
      ask(api.GET('/skein/v1/Handsets/{address}/Calls', { params: { path: { address }, query: { pageSize: 5 } } })),
    // What a call says comes from applications, of which the event stream tells nothing.
    refetchInterval: ({ state }) => (state.data?.calls.some(({ status }) => !over.includes(status)) ? 700 : 3000),
  })
  // Of all phones, as the other end may be one of them.
  const renew = () => client.invalidateQueries({ queryKey: ['handset'] })
  const going = calls.data?.calls.find(({ status }) => !over.includes(status))
  const current = useQuery({
    queryKey: ['handset', address, 'calls', going?.callSid],
    queryFn: () =>
      ask(
        api.GET('/skein/v1/Handsets/{address}/Calls/{callSid}', {
          params: { path: { address, callSid: going?.callSid ?? '' } },
        }),
      ),
    enabled: going !== undefined,
    refetchInterval: 700,
  })
  const heard = current.data?.heard ?? []
  useSpokenAloud(heard.map(({ text }) => text))
  if (!going) {
    if (to === undefined) return null
    const dial = async () => {
      await ask(api.POST('/skein/v1/Handsets/{address}/Calls', { params: { path: { address } }, body: { to } }))
      await renew()
    }
    return (
      <Act size="xs" run={dial}>
        Call {to}
      </Act>
    )
  }
  const params = { params: { path: { address, callSid: going.callSid } } }
  const say = async (text: string) => {
    await ask(api.POST('/skein/v1/Handsets/{address}/Calls/{callSid}/Speech', { ...params, body: { text } }))
    await renew()
  }
  return (
    <Paper withBorder p="xs" role="group" aria-label={`Call on ${label}`}>
      <Text size="sm" fw={600}>
        Call with {going.to === address ? going.from : going.to}: {going.status}
      </Text>
      <div role="log" aria-label="What is heard">
        {heard.slice(-4).map(({ at, text }) => (
          <Text size="sm" key={`${at} ${text}`} className="wrap-anywhere">
            “{text}”
          </Text>
        ))}
      </div>
      {going.status === 'in-progress' && <Compose label="Say" send={say} />}
      <Group gap="xs" mt={6}>
        {going.status === 'ringing' && going.to === address && (
          <Act
            size="xs"
            run={async () => {
              await ask(api.POST('/skein/v1/Handsets/{address}/Calls/{callSid}/Answer', params))
              await renew()
            }}
          >
            Answer
          </Act>
        )}
        <Dictate say={say} />
        <Act
          size="xs"
          color="red"
          run={async () => {
            await ask(api.POST('/skein/v1/Handsets/{address}/Calls/{callSid}/Hangup', params))
            await renew()
          }}
        >
          Hang up
        </Act>
      </Group>
    </Paper>
  )
}

/** Each thing heard is spoken once, and nothing that was heard before the page came. */
function useSpokenAloud(texts: string[]): void {
  const spoken = useRef<number | undefined>(undefined)
  const count = texts.length
  const last = texts.at(-1) ?? ''
  useEffect(() => {
    if (spoken.current !== undefined && count > spoken.current) speak(last)
    spoken.current = count
  }, [count, last])
}
