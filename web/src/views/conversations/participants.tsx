import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import type { Conversation } from '../../api/types.ts'
import { Status } from '../../parts/status.tsx'

export function Participants({ conversation }: { conversation: Conversation }) {
  const storeId = conversation.configuration.memoryStoreId
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        Participants
      </Title>
      <Stack gap="sm">
        {conversation.participants.map(({ id, name, type, profileId, addresses }) => (
          <div key={id}>
            <Group gap="xs">
              <Text fw={600} className="wrap-anywhere">
                {name || addresses[0]?.address || 'nameless'}
              </Text>
              <Status of={type} />
            </Group>
            {addresses.map(({ channel, address }) => (
              <Text size="sm" c="dimmed" key={`${channel} ${address}`} className="wrap-anywhere">
                {channel} {address}
              </Text>
            ))}
            {profileId && (
              <Anchor component={Link} to={`/profiles/${storeId}/${profileId}`} size="sm" underline="always">
                Profile
              </Anchor>
            )}
          </div>
        ))}
      </Stack>
    </Paper>
  )
}
