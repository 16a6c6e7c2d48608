import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Conversation } from '../../api/types.ts'
import { Trouble } from '../../parts/trouble.tsx'

/** Sends a message from the business to the customer by whichever carrier has the address. */
export function Reply({ conversation }: { conversation: Conversation }) {
  const client = useQueryClient()
  const [text, setText] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const ways = waysOf(conversation)
  const [chosen, setChosen] = useState<string | null>(null)
  const way = ways.find(({ value }) => value === chosen) ?? ways[0]
  if (!way)
    return (
      <Text size="sm" c="dimmed" mt="md">
        A reply needs a customer and a business with an address on the same channel of messages.
      </Text>
    )
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const { from, to, channel } = way
      await ask(
        api.POST('/v2/Conversations/{conversationId}/Actions', {
          params: { path: { conversationId: conversation.id } },
          body: {
            type: 'SEND_MESSAGE',
            payload: {
              from: { participantId: from, channel },
              to: [{ participantId: to, channel }],
              content: { text },
            },
          },
        }),
      )
      setText('')
      await client.invalidateQueries({ queryKey: ['conversation', conversation.id] })
    } catch (refusal) {
      setError(refusal)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="xs" mt="md">
        {error !== undefined && <Trouble error={error} />}
        <Group align="flex-end" wrap="nowrap">
          <Select label="By" data={ways} value={way.value} onChange={setChosen} w={140} allowDeselect={false} />
          <TextInput
            label="Reply"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            flex={1}
            required
          />
          <Button type="submit" loading={busy}>
            Send
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Each pair of business and customer that meet on a channel of messages. */
function waysOf({ participants }: Conversation) {
  const business = participants.filter(({ type }) => type !== 'CUSTOMER' && type !== 'UNKNOWN')
  const customers = participants.filter(({ type }) => type === 'CUSTOMER' || type === 'UNKNOWN')
  return (['SMS', 'WHATSAPP', 'RCS'] as const).flatMap((channel) => {
    const from = business.find(({ addresses }) => addresses.some((one) => one.channel === channel))
    const to = customers.find(({ addresses }) => addresses.some((one) => one.channel === channel))
    return from && to ? [{ value: channel, label: channel, channel, from: from.id, to: to.id }] : []
  })
}
