import { Group, Paper, Radio, Stack, Text } from '@mantine/core'
import type { GroupingType } from '../../api/types.ts'
import { groupings, kiranContacts } from './groupings.ts'

/** The ways of grouping, drawn by what the contacts of one customer become in each. */
export function GroupingChoice(props: {
  value: GroupingType
  onChange: (type: GroupingType) => void
  without?: GroupingType
  description: string
}) {
  const types = (Object.keys(groupings) as GroupingType[]).filter((type) => type !== props.without)
  return (
    <Radio.Group
      label="Conversation grouping"
      description={props.description}
      value={props.value}
      onChange={(value) => props.onChange(value as GroupingType)}
    >
      <Stack gap="xs" mt="xs">
        {types.map((type) => (
          <Paper withBorder p="sm" key={type}>
            <Radio value={type} label={groupings[type].title} description={groupings[type].meaning} />
            <Drawn kiran={groupings[type].kiran} />
          </Paper>
        ))}
      </Stack>
    </Radio.Group>
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
