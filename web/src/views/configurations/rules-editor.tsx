import { ActionIcon, Button, Fieldset, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconArrowsExchange, IconTrash } from '@tabler/icons-react'
import { type Channel, type Channels, channelNames } from './editing.ts'
import { mirrorOf, type Rule } from './lint.ts'

const callTypes = ['PSTN', 'CLIENT', 'PUBLIC_SIP']

/** Channels and their rules, to be changed. */
export function RulesEditor({ channels, onChange }: { channels: Channels; onChange: (channels: Channels) => void }) {
  const present = channelNames.filter((channel) => channels[channel] !== undefined)
  const absent = channelNames.filter((channel) => channels[channel] === undefined)
  const rulesOf = (channel: Channel): Rule[] => channels[channel]?.captureRules ?? []
  const setRules = (channel: Channel, rules: Rule[]) =>
    onChange({ ...channels, [channel]: { ...channels[channel], captureRules: rules } })
  const add = (channel: Channel) =>
    onChange({
      ...channels,
      [channel]: { statusTimeouts: channel === 'VOICE' ? null : { inactive: 15, closed: 60 }, captureRules: [] },
    })
  const remove = (channel: Channel) => {
    const { [channel]: _, ...others } = channels
    onChange(others)
  }
  return (
    <Stack>
      {present.map((channel) => (
        <Fieldset legend={channel} key={channel}>
          <Stack gap="xs">
            {[...rulesOf(channel).entries()].map(([at, rule]) => (
              <OneRule
                key={at}
                label={`${channel} rule ${at + 1}`}
                channel={channel}
                rule={rule}
                onChange={(next) => setRules(channel, rulesOf(channel).with(at, next))}
                onRemove={() => setRules(channel, rulesOf(channel).toSpliced(at, 1))}
                onMirror={() => setRules(channel, rulesOf(channel).toSpliced(at + 1, 0, mirrorOf(rule)))}
              />
            ))}
            {rulesOf(channel).length === 0 && (
              <Text size="sm" c="dimmed">
                No rule: nothing is captured on this channel by itself; the API and TwiML may still use it.
              </Text>
            )}
            <Group gap="xs">
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setRules(channel, [...rulesOf(channel), newRule(channel)])}
              >
                Add a rule to {channel}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => remove(channel)}>
                Remove {channel}
              </Button>
            </Group>
          </Stack>
        </Fieldset>
      ))}
      <Group gap="xs">
        {absent.map((channel) => (
          <Button key={channel} size="compact-sm" variant="default" onClick={() => add(channel)}>
            Add {channel}
          </Button>
        ))}
      </Group>
    </Stack>
  )
}

function newRule(channel: Channel): Rule {
  return { from: '*', to: '', ...(channel === 'VOICE' ? { metadata: { callType: 'PSTN' } } : {}) }
}

function OneRule(props: {
  label: string
  channel: Channel
  rule: Rule
  onChange: (rule: Rule) => void
  onRemove: () => void
  onMirror: () => void
}) {
  const { label, channel, rule, onChange, onRemove, onMirror } = props
  const { callType = null } = rule.metadata ?? {}
  const side = (name: 'from' | 'to') => (
    <TextInput
      label={name === 'from' ? 'From' : 'To'}
      aria-label={`${label}: ${name}`}
      value={rule[name]}
      onChange={(event) => onChange({ ...rule, [name]: event.currentTarget.value.trim() })}
      placeholder="* or +15550001111"
      flex={1}
      miw={140}
      required
    />
  )
  return (
    <Group align="flex-end" gap="xs">
      {side('from')}
      {side('to')}
      {channel === 'VOICE' && (
        <Select
          label="callType"
          aria-label={`${label}: callType`}
          data={callTypes}
          value={callType}
          placeholder="none"
          clearable
          clearButtonProps={{ 'aria-label': `${label}: no callType` }}
          onChange={(value) => onChange(withCallType(rule, value))}
          w={150}
        />
      )}
      <ActionIcon variant="default" size={36} onClick={onMirror} aria-label={`${label}: add the other direction`}>
        <IconArrowsExchange size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="default" size={36} onClick={onRemove} aria-label={`${label}: remove`}>
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  )
}

function withCallType({ metadata, ...rule }: Rule, callType: string | null): Rule {
  const { callType: _, ...others } = metadata ?? {}
  return { ...rule, metadata: callType === null ? others : { ...others, callType } }
}
