import { Group, NumberInput, Paper, Select, Stack, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Configuration } from '../../api/types.ts'
import { Act } from '../../parts/act.tsx'
import { minutesText } from './difference.ts'
import { type Channel, type Channels, change } from './editing.ts'

type Timeouts = NonNullable<NonNullable<Channels[Channel]>['statusTimeouts']>

/** One timeout option for each channel, in the words and the place that users know. */
export function LifecycleTimeouts({ configuration }: { configuration: Configuration }) {
  const client = useQueryClient()
  const channels = Object.keys(configuration.channelSettings) as Channel[]
  const [edited, setEdited] = useState<Channels>()
  const shown = edited ?? configuration.channelSettings
  const save = async () => {
    await change(configuration.id, { channelSettings: edited ?? configuration.channelSettings })
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
        {channels.length === 0 && (
          <Text size="sm" c="dimmed">
            There is no channel. Add one under Capture rules.
          </Text>
        )}
        {channels.map((channel) => (
          <OneChannel
            key={channel}
            channel={channel}
            timeouts={shown[channel]?.statusTimeouts}
            {...(edited
              ? {
                  onChange: (timeouts: Timeouts | null | undefined) =>
                    setEdited(withTimeouts(shown, channel, timeouts)),
                }
              : {})}
          />
        ))}
        <Text size="sm" c="dimmed">
          What is saved here counts for new conversations; open ones keep what they began with.
        </Text>
      </Stack>
    </Paper>
  )
}

/** Undefined: no timeouts at all. */
export function withTimeouts(channels: Channels, channel: Channel, timeouts: Timeouts | null | undefined): Channels {
  const { statusTimeouts: _, ...rest } = channels[channel] ?? { captureRules: [] }
  return { ...channels, [channel]: timeouts === undefined ? rest : { ...rest, statusTimeouts: timeouts } }
}

/** One timeout option; without `onChange` it is told in a sentence. */
export function OneChannel(props: {
  channel: Channel
  timeouts: Timeouts | null | undefined
  onChange?: (timeouts: Timeouts | null | undefined) => void
}) {
  const { channel, timeouts, onChange } = props
  const option = optionOf(channel, timeouts)
  if (!onChange) return <Text size="sm">{`${channel}: ${told(option, timeouts)}`}</Text>
  const choose = (value: string | null) =>
    onChange(
      value === 'minutes'
        ? { inactive: 15, closed: 60 }
        : value === 'call'
          ? { inactive: null, closed: null }
          : undefined,
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

/** Null timeouts are the end of the call on VOICE, and none elsewhere. */
function optionOf(channel: Channel, timeouts: Timeouts | null | undefined): 'none' | 'call' | 'minutes' {
  if (timeouts === undefined) return 'none'
  if ((timeouts?.inactive ?? null) !== null || (timeouts?.closed ?? null) !== null) return 'minutes'
  return channel === 'VOICE' ? 'call' : 'none'
}

function told(option: string, timeouts: Timeouts | null | undefined): string {
  if (option === 'none') return 'no timeouts'
  if (option === 'call') return 'closes when the call ends'
  return minutesText(timeouts ?? {})
}
