import { Group, Paper, SegmentedControl, Select, Stack, TextInput, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { Bubbles } from './bubbles.tsx'
import { CallControls } from './call-controls.tsx'
import { Compose } from './compose.tsx'

const channels = { SMS: 'SMS', WHATSAPP: 'WhatsApp' } as const
type MessageChannel = keyof typeof channels

/** One customer's phone. */
export function Handset({ initialNumber, label, owned }: { initialNumber: string; label: string; owned: string[] }) {
  const [address, setAddress] = useState(initialNumber)
  const [channel, setChannel] = useState<MessageChannel>('SMS')
  const [to, setTo] = useState(owned[0] ?? '')
  const client = useQueryClient()
  const usable = /^\+\d{8,15}$/.test(address)
  const messages = useQuery({
    queryKey: ['handset', address],
    queryFn: () =>
      ask(api.GET('/skein/v1/Handsets/{address}/Messages', { params: { path: { address }, query: { pageSize: 50 } } })),
    enabled: usable,
  })
  const send = async (body: string) => {
    await ask(
      api.POST('/skein/v1/Handsets/{address}/Messages', { params: { path: { address } }, body: { to, channel, body } }),
    )
    for (const key of ['handset', 'conversations', 'conversation']) await client.invalidateQueries({ queryKey: [key] })
  }
  const bubbles = (messages.data?.messages ?? []).toReversed().map((message) => ({
    key: message.sid,
    mine: message.direction === 'SENT',
    text: message.body,
    note: `${message.channel}${message.conversationId === null && message.direction === 'SENT' ? ' · not captured' : ''}`,
    at: message.createdAt,
  }))
  return (
    <Paper component="section" aria-label={label} withBorder radius="lg" p="sm" w={{ base: '100%', xs: 296 }}>
      <Stack gap="xs">
        <Title order={2} size="h5">
          {label}
        </Title>
        <TextInput
          aria-label={`Number of ${label}`}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value.trim())}
          error={!usable && 'A + and 8 to 15 digits'}
        />
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Channel"
            value={channel}
            onChange={(value) => setChannel(value as MessageChannel)}
            data={Object.entries(channels).map(([value, text]) => ({ value, label: text }))}
          />
          <Select
            size="xs"
            w={150}
            aria-label="To"
            data={owned}
            value={to}
            onChange={(value) => value && setTo(value)}
            allowDeselect={false}
          />
        </Group>
        <Bubbles bubbles={bubbles} label={`Messages on ${label}`} hint={`Write to ${to}.`} />
        <Compose label={`${channels[channel]} to ${to}`} send={send} />
        {usable && <CallControls address={address} to={to} />}
      </Stack>
    </Paper>
  )
}
