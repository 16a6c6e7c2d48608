import { Group, NumberInput, Paper, Select, Stack, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { ended } from '../../api/operations.ts'
import type { Configuration } from '../../api/types.ts'
import { Act } from '../../parts/act.tsx'

type Channels = Configuration['channelSettings']
type Channel = keyof Channels
type Timeouts = NonNullable<NonNullable<Channels[Channel]>['statusTimeouts']>

/** One timeout option for each channel, in the words and the place that users know. */
export function Timeouts({ configuration }: { configuration: Configuration }) {
  const client = useQueryClient()
  const channels = Object.keys(configuration.channelSettings) as Channel[]
  const [edited, setEdited] = useState<Channels>()
  const shown = edited ?? configuration.channelSettings
  const set = (channel: Channel, statusTimeouts: Timeouts | null) =>
    setEdited({ ...shown, [channel]: { captureRules: [], ...shown[channel], statusTimeouts } })
  const save = async () => {
    const params = { params: { path: { id: configuration.id } } }
    await ended(
      await ask(
        api.PATCH('/v2/ControlPlane/Configurations/{id}', { ...params, body: { channelSettings: edited as never } }),
      ),
    )
    setEdited(undefined)
    await client.invalidateQueries({ queryKey: ['configurations'] })
  }
  return (
    <Paper withBorder p="md" component="section" aria-label="Conversation lifecycle and timeouts">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Conversation lifecycle and timeouts
        </Title>
        {edited ? (
          <Act key="save" variant="filled" run={save}>
            Save
          </Act>
        ) : (
          <Act key="edit" run={async () => setEdited(configuration.channelSettings)}>
            Edit
          </Act>
        )}
      </Group>
      <Stack gap="sm">
        {channels.map((channel) => (
          <OneChannel
            key={channel}
            channel={channel}
            timeouts={shown[channel]?.statusTimeouts ?? null}
            {...(edited ? { onChange: (timeouts: Timeouts | null) => set(channel, timeouts) } : {})}
          />
        ))}
        <Text size="sm" c="dimmed">
          What is saved here counts for new conversations; open ones keep what they began with.
        </Text>
      </Stack>
    </Paper>
  )
}

function OneChannel(props: {
  channel: Channel
  timeouts: Timeouts | null
  onChange?: (timeouts: Timeouts | null) => void
}) {
  const { channel, timeouts, onChange } = props
  const isCallEnd = timeouts !== null && (timeouts.closed ?? null) === null && (timeouts.inactive ?? null) === null
  const option = timeouts === null || (isCallEnd && channel !== 'VOICE') ? 'none' : isCallEnd ? 'call' : 'minutes'
  if (!onChange) return <Text size="sm">{`${channel}: ${told(option, timeouts)}`}</Text>
  const choose = (value: string | null) =>
    onChange(
      value === 'minutes' ? { inactive: 15, closed: 60 } : value === 'call' ? { inactive: null, closed: null } : null,
    )
  const minutes = (name: 'inactive' | 'closed', label: string) => (
    <NumberInput
      label={`${channel}: ${label}`}
      min={1}
      value={timeouts?.[name] ?? ''}
      onChange={(value) => onChange({ ...timeouts, [name]: value === '' ? null : Number(value) })}
      w={210}
    />
  )
  return (
    <Group align="flex-end">
      <Select
        label={`${channel}: timeout`}
        data={[
          { value: 'none', label: 'None' },
          ...(channel === 'VOICE' ? [{ value: 'call', label: 'Close when the call ends' }] : []),
          { value: 'minutes', label: 'After minutes' },
        ]}
        value={option}
        onChange={choose}
        allowDeselect={false}
      />
      {option === 'minutes' && minutes('inactive', 'inactive after')}
      {option === 'minutes' && minutes('closed', 'closed after')}
    </Group>
  )
}

function told(option: string, timeouts: Timeouts | null): string {
  if (option === 'none') return 'no timeouts'
  if (option === 'call') return 'closes when the call ends'
  const { inactive, closed } = timeouts ?? {}
  return `inactive after ${inactive ?? 'no'} minutes, closed after ${closed ?? 'no'} minutes`
}
