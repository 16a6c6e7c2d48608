import { Group, Paper, SegmentedControl, Select, Stack, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask, send } from '../../api/client.ts'
import { desk } from '../../example/example.ts'
import { Act } from '../../parts/act.tsx'
import { Bubbles } from './bubbles.tsx'
import { CallControls } from './call-controls.tsx'
import { Compose } from './compose.tsx'

/** The business answers by the published messaging API, as its application would. */
export function BusinessPhone({
  owned,
  customers,
  accountSid,
}: {
  owned: string[]
  customers: string[]
  accountSid: string
}) {
  const [from, setFrom] = useState(owned[0] ?? '')
  const [to, setTo] = useState(customers[0] ?? '')
  const [channel, setChannel] = useState('SMS')
  const client = useQueryClient()
  const messages = useQuery({
    queryKey: ['handset', 'business', accountSid],
    queryFn: () =>
      ask(
        api.GET('/2010-04-01/Accounts/{accountSid}/Messages', {
          params: { path: { accountSid }, query: { pageSize: 50 } },
        }),
      ),
  })
  const post = async (Body: string) => {
    const prefix = channel === 'WHATSAPP' ? 'whatsapp:' : ''
    await send('POST', `/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      From: prefix + from,
      To: prefix + to,
      Body,
    })
    for (const key of ['handset', 'conversations', 'conversation']) await client.invalidateQueries({ queryKey: [key] })
  }
  /** The customer's phone rings, and when it is answered the desk's does. */
  const call = async () => {
    const Twiml = `<Response><Dial><Client>${desk.replace('client:', '')}</Client></Dial></Response>`
    await send('POST', `/2010-04-01/Accounts/${accountSid}/Calls.json`, { From: from, To: to, Twiml })
    await client.invalidateQueries({ queryKey: ['handset'] })
  }
  const bubbles = (messages.data?.messages ?? [])
    .toReversed()
    .map(({ sid, direction, body, from: sender, to: receiver, status, date_created }) => ({
      key: sid,
      mine: direction !== 'inbound',
      text: body,
      note: direction === 'inbound' ? sender : `to ${receiver} · ${status}`,
      at: new Date(date_created).toISOString(),
    }))
  return (
    <Paper component="section" aria-label="The business" withBorder radius="lg" p="sm" w={{ base: '100%', xs: 296 }}>
      <Stack gap="xs">
        <Title order={2} size="h5">
          The business
        </Title>
        <Select
          aria-label="Number of the business"
          data={owned}
          value={from}
          onChange={(value) => value && setFrom(value)}
          allowDeselect={false}
        />
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Channel"
            value={channel}
            onChange={setChannel}
            data={[
              { value: 'SMS', label: 'SMS' },
              { value: 'WHATSAPP', label: 'WhatsApp' },
            ]}
          />
          <Select
            size="xs"
            w={150}
            aria-label="To customer"
            data={customers}
            value={to}
            onChange={(value) => value && setTo(value)}
            allowDeselect={false}
          />
        </Group>
        <Bubbles bubbles={bubbles} label="Messages of the business" hint="What customers write appears here." />
        <Compose label={`Answer ${to}`} send={post} />
        <CallControls address={desk} label="the desk" />
        <Act size="xs" run={call}>
          Call {to}
        </Act>
      </Stack>
    </Paper>
  )
}
