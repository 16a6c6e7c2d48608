import { Button, Group, List, Paper, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCheck, IconCircle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { useSession } from '../../api/session.tsx'
import { setUpExample } from '../../example/example.ts'
import { Act } from '../../parts/act.tsx'

/** What a new server needs until its first conversation. */
export function Guide({ steps }: { steps: { text: string; done: boolean }[] }) {
  const session = useSession()
  const client = useQueryClient()
  const navigate = useNavigate()
  const setUp = async () => {
    await setUpExample(session.data?.accountSid ?? '', 'GROUP_BY_PARTICIPANT_ADDRESSES')
    await client.invalidateQueries()
    navigate('/phones')
  }
  const ready = steps.slice(0, 2).every(({ done }) => done)
  return (
    <Paper withBorder p="lg" component="section" aria-label="First steps">
      <Title order={2} size="h4" mb="sm">
        To a first conversation
      </Title>
      <List spacing="xs" center>
        {steps.map(({ text, done }) => (
          <List.Item
            key={text}
            icon={
              <ThemeIcon
                size={22}
                radius="xl"
                color={done ? 'teal' : 'gray'}
                variant={done ? 'filled' : 'outline'}
                aria-hidden
              >
                {done ? <IconCheck size={14} /> : <IconCircle size={14} />}
              </ThemeIcon>
            }
          >
            {text}
            <Text span c="dimmed" size="sm">
              {done ? ' (done)' : ''}
            </Text>
          </List.Item>
        ))}
      </List>
      <Group mt="md">
        {ready ? (
          <Button component={Link} to="/phones">
            Write the first message
          </Button>
        ) : (
          <Act variant="filled" run={setUp}>
            Set up an example
          </Act>
        )}
        <Text size="sm" c="dimmed">
          {ready
            ? 'On a handset, as a customer.'
            : 'A memory store, a number, and a configuration that captures its messages and calls.'}
        </Text>
      </Group>
    </Paper>
  )
}
