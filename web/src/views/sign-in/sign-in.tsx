import { Button, Center, Code, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useSignIn } from '../../api/session.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import icon from '../../shell/skein.svg'

export function SignIn() {
  const signIn = useSignIn()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setError(undefined)
    try {
      await signIn(String(form.get('sid')).trim(), String(form.get('secret')).trim())
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={460}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Group gap="sm">
              <img src={icon} alt="" width={36} height={36} />
              <Title order={1} size="h2">
                Sign in to Skein
              </Title>
            </Group>
            <TextInput
              label="Account SID or API key SID"
              name="sid"
              placeholder="AC… or SK…"
              autoComplete="username"
              required
              autoFocus
            />
            <PasswordInput
              label="Auth token or API key secret"
              name="secret"
              autoComplete="current-password"
              required
              visibilityToggleButtonProps={{ 'aria-label': 'Show the secret' }}
            />
            {error !== undefined && <Trouble error={error} />}
            <Button type="submit" loading={busy}>
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              Skein printed both on its first start. Lost? On the server, <Code>skein keys create</Code> makes a new
              key.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
