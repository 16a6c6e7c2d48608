import { Checkbox, Group, Paper, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { ended } from '../../api/operations.ts'
import type { GroupingType } from '../../api/types.ts'
import { provideStore } from '../../example/example.ts'
import { Act } from '../../parts/act.tsx'
import { Page } from '../../parts/page.tsx'
import { groupings, kiranContacts } from './groupings.ts'

const channels = ['SMS', 'WHATSAPP', 'RCS', 'VOICE'] as const

/** Name, grouping, channels and the number: rules are made in both directions, as one alone would miss half. */
export default function CreateConfiguration() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [displayName, setName] = useState('')
  const [description, setDescription] = useState('')
  const [grouping, setGrouping] = useState<GroupingType>('GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE')
  const [number, setNumber] = useState('')
  const [chosen, setChosen] = useState<string[]>(['SMS'])
  const create = async () => {
    const rules = [
      { from: '*', to: number },
      { from: number, to: '*' },
    ]
    const settings = chosen.map((channel) => [
      channel,
      channel === 'VOICE'
        ? {
            statusTimeouts: { inactive: null, closed: null },
            captureRules: rules.map((rule) => ({ ...rule, metadata: { callType: 'PSTN' } })),
          }
        : { statusTimeouts: { inactive: 15, closed: 60 }, captureRules: rules },
    ])
    const body = {
      displayName,
      description: description || displayName,
      conversationGroupingType: grouping,
      memoryStoreId: await provideStore(),
      channelSettings: Object.fromEntries(settings),
    }
    const { related } = await ended(await ask(api.POST('/v2/ControlPlane/Configurations', { body })))
    await client.invalidateQueries({ queryKey: ['configurations'] })
    navigate(`/configurations/${related?.configurationId ?? ''}`)
  }
  return (
    <Page title="Create a Conversation configuration">
      <Stack maw={860}>
        <TextInput
          label="Name"
          value={displayName}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={32}
          required
        />
        <TextInput
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Radio.Group
          label="Conversation grouping"
          description="Drawn by what four contacts of one customer, Kiran, become. It cannot be changed later."
          value={grouping}
          onChange={(value) => setGrouping(value as GroupingType)}
        >
          <Stack gap="xs" mt="xs">
            {(Object.keys(groupings) as GroupingType[]).map((type) => (
              <Paper withBorder p="sm" key={type}>
                <Radio value={type} label={groupings[type].title} description={groupings[type].meaning} />
                <Drawn kiran={groupings[type].kiran} />
              </Paper>
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label="Your number"
          placeholder="+15550001111"
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value.trim())}
          error={number !== '' && !/^\+[1-9]\d{7,14}$/.test(number) && 'Write it as E.164: a + and 8 to 15 digits'}
          required
        />
        <Checkbox.Group label="Channels" value={chosen} onChange={setChosen}>
          <Group mt="xs">
            {channels.map((channel) => (
              <Checkbox key={channel} value={channel} label={channel} />
            ))}
          </Group>
        </Checkbox.Group>
        <Group>
          <Act
            variant="filled"
            run={create}
            disabled={displayName === '' || !/^\+[1-9]\d{7,14}$/.test(number) || chosen.length === 0}
          >
            Create
          </Act>
        </Group>
      </Stack>
    </Page>
  )
}

/** Contacts in one conversation stand in one box. */
function Drawn({ kiran }: { kiran: readonly number[] }) {
  const conversations = [...new Set(kiran)]
  return (
    <Group gap="xs" mt="xs">
      {conversations.map((conversation) => (
        <Paper key={conversation} withBorder p={6} bg="var(--mantine-color-default-hover)">
          {kiranContacts
            .filter((_, contact) => kiran[contact] === conversation)
            .map((contact) => (
              <Text size="xs" key={contact}>
                {contact}
              </Text>
            ))}
        </Paper>
      ))}
    </Group>
  )
}
